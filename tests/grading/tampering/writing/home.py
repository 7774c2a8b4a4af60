# Writes into the home folder what runs at the next start: .bashrc, IPython's startup, sitecustomize, Jupyter's settings.
# witness: yes
# %% first
import sys
from pathlib import Path

version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
for home in {Path.home(), Path("@HOME@")}:
    for name in (
        ".bashrc",
        ".profile",
        ".ipython/profile_default/startup/00-course-marker-@NAME@.py",
        f".local/lib/{version}/site-packages/usercustomize.py",
        ".jupyter/jupyter_config.py",
        ".config/autostart/course-marker-@NAME@.desktop",
        ".config/matplotlib/matplotlibrc",
    ):
        path = home / name
        # For a sandbox that fails: only the home folder of the test is written into.
        if str(home) == "@HOME@" or not path.exists() and home != Path("/root"):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("# course-marker-@NAME@\n")
            except OSError:
                pass
