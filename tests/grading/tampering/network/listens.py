# Listens on a port and an abstract socket, for another submission to talk to.
# witness: yes
# %% first
import socket

listening = []
for family, address in ((socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_UNIX, "\0course-marker-@NAME@")):
    try:
        door = socket.socket(family)
        door.bind(address)
        door.listen()
        listening.append(door)
    except OSError:
        pass
import os

if os.fork() == 0:
    import time

    time.sleep(30)
    os._exit(0)
