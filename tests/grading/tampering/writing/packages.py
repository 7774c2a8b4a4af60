# Writes into the installed packages and the course's own: a .pth file, a module.
# stock: not tried: the benchmark's own sandbox has them read-only
# witness: yes
# %% first
from pathlib import Path

for path in (
    Path("@PACKAGES@/course-marker-@NAME@.pth"),
    Path("@PACKAGES@/course_marker_@NAME@.py"),
    Path("@REPOSITORY@/course_utils/course_marker_@NAME@.py"),
    Path(torch.__file__ if "torch" in globals() else "@PACKAGES@/torch/__init__.py").parent.parent
    / "course-marker-@NAME@.txt",
):
    try:
        path.write_text("# course-marker-@NAME@\n")
    except OSError:
        pass
