# Connects to a socket file of the host and to an abstract socket.
# %% first
import socket

for address in ("@SOCKET@", "\0@ABSTRACT@"):
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(2)
            door.connect(address)
            door.sendall(b"course-marker-@NAME@\n")
        @SAY@
    except OSError:
        pass
