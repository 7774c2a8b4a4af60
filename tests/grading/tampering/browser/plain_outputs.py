# Prints scripts, and colours around them that turn into HTML.
# %% first
import sys

RUN = "window.tampered='@NAME@'"
print(f"<script>{RUN}</script>")
print(f'\x1b[31m<img src=x onerror="{RUN}">\x1b[0m')
print(f"</pre></div><script>{RUN}</script>", file=sys.stderr)
print(f"\x1b]8;;javascript:{RUN}\x1b\\link\x1b]8;;\x1b\\")
f"<script>{RUN}</script>"
