# Sends an output whose JSON is nested 100,000 deep, past the kernel's own packer.
# graded: either
# %% gru-params
kernel = get_ipython().kernel


class Deep(bytes):
    pass


def deep():
    text = b'{"data": {"application/json": ' + b"[" * 100_000 + b"]" * 100_000 + b'}, "metadata": {}}'
    session = kernel.session
    old = session.pack
    session.pack = lambda content: text if content == {"deep": 1} else old(content)
    session.send(kernel.iopub_socket, "display_data", {"deep": 1}, parent=kernel.get_parent())
    session.pack = old


deep()
