# Shows scripts to who reads the feedback: HTML, SVG, JavaScript, Markdown, LaTeX, and reprs.
# %% first
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

RUN = "window.tampered='@NAME@'"
PICTURE = f'<img src=x onerror="{RUN}">'
display(HTML(f'<script>{RUN}</script>{PICTURE}<svg onload="{RUN}"></svg>'))
display(HTML(f"<iframe srcdoc='<script>parent.{RUN.replace(chr(39), chr(34))}</script>'></iframe>"))
display(HTML(f'<details open ontoggle="{RUN}"><summary>x</summary></details><a href="javascript:{RUN}" id=link>x</a>'))
display(HTML("<meta http-equiv=refresh content='0;url=data:text/html,tampered'><base href='http://127.0.0.1:@PORT@/'>"))
display(HTML("<form action='http://127.0.0.1:@PORT@/'><input name=a autofocus onfocus=\"%s\"></form>" % RUN))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{RUN}\"><script>{RUN}</script></svg>"))
display(Javascript(RUN))
display(Markdown(f"<script>{RUN}</script>{PICTURE} [x](javascript:{RUN})"))
display(Latex(f"$x$ <script>{RUN}</script>{PICTURE}"))
display({"text/html": f"<scr\0ipt>{RUN}</scr\0ipt><SCRIPT\n>{RUN}</SCRIPT\n>", "text/plain": "x"}, raw=True)
display({"image/svg+xml": [f'<svg onload="{RUN}">', "</svg>"], "text/plain": "x"}, raw=True)
display({"image/png": f'"><script>{RUN}</script>', "text/plain": "x"}, raw=True)
display(
    {"image/png": "AAAA", "text/plain": "x"}, metadata={"image/png": {"width": f'"><script>{RUN}</script>'}}, raw=True
)
display({"application/vnd.jupyter.widget-view+json": {"model_id": f"</script><script>{RUN}</script>"}}, raw=True)
display({"application/javascript": RUN, "text/plain": "x"}, raw=True)
