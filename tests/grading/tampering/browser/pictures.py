# Displays pictures whose data are scripts, and HTML that cleaners are known to have mistaken.
# %% first
from IPython.display import display

evil = "\"><img src=x onerror=\"window.tampered='@NAME@'\"><script>window.tampered='@NAME@'</script>"
for kind in ("image/png", "image/jpeg", "image/svg+xml", "image/gif", "text/latex", "text/markdown", "application/pdf"):
    display({kind: evil}, raw=True)
    display({kind: evil, "text/plain": evil}, raw=True, metadata={kind: {"width": evil, "class": evil}})
for html in (
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.tampered=1&gt;'>",
    "<svg><p><style><a id='</style><img src=1 onerror=window.tampered=1>'>",
    "<noscript><p title='</noscript><img src=x onerror=window.tampered=1>'>",
    "<details open ontoggle=window.tampered=1>",
    "<a href='java\tscript:window.tampered=1'>x</a><a href='&#1;javascript:window.tampered=1'>x</a>",
    "<xmp><img src=x onerror=window.tampered=1></xmp><template><img src=x onerror=window.tampered=1></template>",
    "\x00<scr\x00ipt>window.tampered=1</script>",
):
    display({"text/html": html}, raw=True)
