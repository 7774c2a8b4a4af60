# Sends a frame with half characters in it, which no file can hold, past the kernel's own packer.
# %% first
import os, json, struct, socket
def raw(data):
    for n in range(3, 60):
        try:
            s = socket.socket(fileno=os.dup(n))
        except OSError:
            continue
        s.setblocking(True)
        s.sendall(struct.pack("!I", len(data)) + data)
        s.detach()

raw(b'{"is":"stream","name":"stdout","text":"\xed\xa0\x80","buffers":[]}')
