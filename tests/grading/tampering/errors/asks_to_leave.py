# Asks the kernel to shut down in the middle.
# graded: either
# %% before gru-params-check
get_ipython().ask_exit()
get_ipython().kernel.do_shutdown(False)
