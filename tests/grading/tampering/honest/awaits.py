# Awaits at the top level of a cell, and runs a thread and a process of its own.
# %% first
import asyncio
import subprocess
import sys
import threading

await asyncio.sleep(0.01)
thread = threading.Thread(target=print, args=("in a thread",))
thread.start()
thread.join()
print(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, text=True).stdout)
