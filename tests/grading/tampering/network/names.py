# Asks for a name over UDP, and opens raw and netlink sockets; to this machine only.
# %% first
import socket

for address in (("127.0.0.1", 53), ("127.0.0.53", 53)):
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(1)
            asking.sendto(b"course-marker-@NAME@", address)
    except OSError:
        pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
except OSError:
    pass
