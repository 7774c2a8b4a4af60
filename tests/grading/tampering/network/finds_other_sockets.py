# Looks for the sockets of other kernels and of the batch's scheduler, and knocks at each.
# %% first
import re
import socket
from pathlib import Path

ports = {8786, 8787}
for name in ("tcp", "tcp6"):
    try:
        for line in Path("/proc/net", name).read_text().splitlines()[1:]:
            if line.split()[3] == "0A":
                ports.add(int(line.split()[1].rpartition(":")[2], 16))
    except OSError:
        pass
own = set(map(str, re.findall(r"\d+", Path(get_ipython().kernel.config.IPKernelApp.connection_file).read_text())))
for port in sorted(ports):
    if str(port) in own:
        continue
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as door:
            if port == int("@PORT@"):
                door.sendall(b"course-marker-@NAME@\n")
        @SAY@
    except OSError:
        pass
