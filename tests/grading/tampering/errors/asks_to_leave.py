# Asks the kernel to shut down in the middle.
# %% before gru-params-check
get_ipython().ask_exit()
get_ipython().kernel.do_shutdown(False)
