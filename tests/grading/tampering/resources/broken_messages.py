# Sends messages that are no messages: wrong signature, no header, not UTF-8, numbers where text belongs.
# graded: either
# %% gru-params
import zmq

kernel = get_ipython().kernel
parent = kernel.get_parent()
session = kernel.session
for content in ({"name": 5, "text": 7}, {"data": "x"}, {}, {"execution_state": "gone"}, {"data": {"text/html": 3}}):
    for kind in ("stream", "display_data", "execute_result", "error", "status", "update_display_data", "clear_output"):
        session.send(kernel.iopub_socket, kind, content, parent=parent)
old = session.pack
session.pack = lambda content: b"\xff\xfe" if content == {"broken": 1} else old(content)
session.send(kernel.iopub_socket, "stream", {"broken": 1}, parent=parent)
session.pack = lambda content: b"[1, 2]" if content == {"broken": 1} else old(content)
session.send(kernel.iopub_socket, "stream", {"broken": 1}, parent=parent)
session.pack = old
