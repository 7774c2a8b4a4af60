# Writes into the course folder: source, release, autograded, feedback, the neighbour's submission.
# witness: yes
# %% first
from pathlib import Path

for place in (
    "@COURSE@",
    "@NEIGHBOUR@",
    "..",
    "../..",
    "../../..",
    "../../autograded",
    "../../source/gru",
    "../../feedback",
):
    for inner in ("", "source", "source/gru", "release", "autograded", "feedback", "submitted"):
        try:
            if Path(place, inner).is_dir() and Path(place, inner).resolve() not in (
                Path("/"),
                Path("/home"),
                Path("/tmp"),
            ):
                Path(place, inner, "course-marker-@NAME@").write_text("here")
        except OSError:
            pass
