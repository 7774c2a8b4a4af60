# Patches everything that shows an error: showtraceback, `_showtraceback`, sys.excepthook.
# %% gru-params
import sys

shell = get_ipython()
shell.showtraceback = shell._showtraceback = shell.showsyntaxerror = lambda *a, **k: None
sys.excepthook = lambda *a: None
