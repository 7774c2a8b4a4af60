# Writes into the machine: /tmp, /var/tmp, /run, /etc/cron.d, the crontabs.
# witness: yes
# %% first
from pathlib import Path

for place in (
    "/tmp",
    "/var/tmp",
    "/run",
    "/etc/cron.d",
    "/var/spool/cron/crontabs",
    "/dev/shm",
    "/etc",
    "/usr/local/bin",
):
    try:
        if place not in ("/etc", "/usr/local/bin"):
            Path(place, "course-marker-@NAME@").write_text("# course-marker-@NAME@\n")
    except OSError:
        pass
