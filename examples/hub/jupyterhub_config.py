"""JupyterHub for this course on one machine: docs/hub.md says how to use it.

Started by root, each person's server runs as the Unix user of that name, and people log in with their Unix passwords.
Started by anybody else it is for trying: all servers run as you, in the folder homes/, and one password opens them all.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub provides it)

HERE = Path(__file__).resolve().parent

# Whose course folder is ~/course, and who hands in. All of them may log in, and nobody else.
INSTRUCTORS = {"teacher"}
STUDENTS = {"ada", "bob"}

c.Authenticator.allowed_users = INSTRUCTORS | STUDENTS

# Only this machine reaches it. For others, put a web server with TLS in front.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"

if os.geteuid() == 0:
    c.JupyterHub.authenticator_class = "pam"
    c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
else:
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = os.environ["COURSE_PASSWORD"]  # at least 8 characters
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = str(Path("homes").resolve() / "{username}")

# The servers use the Python that the hub runs in, where the course is installed.
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = 120  # seconds that a server may take to answer; many start at once when a lecture begins


def settings_of(spawner):
    """The folders in which this person's Jupyter and nbgrader look for settings, the most important first."""
    role = "instructors" if spawner.user.name in INSTRUCTORS else "students"
    return os.pathsep.join([str(HERE / role), str(HERE / "everybody")])


c.Spawner.environment = {
    "JUPYTER_CONFIG_PATH": settings_of,
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),  # `nbgrader`, in a terminal too
}
if "COURSE_EXCHANGE" in os.environ:
    c.Spawner.environment["COURSE_EXCHANGE"] = os.environ["COURSE_EXCHANGE"]
