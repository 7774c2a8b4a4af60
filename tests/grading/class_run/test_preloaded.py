"""What local workers are forked with."""

import subprocess
import sys

SHOWN = """
import gc, sys
import course_utils.grading.class_run.preloaded
print(gc.isenabled(), gc.get_freeze_count() > 100_000, {"torch", "distributed.nanny"} <= set(sys.modules))
"""


def test_workers_share_what_was_imported_and_collect_only_their_own_garbage():
    shown = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True)
    assert shown.stdout == "True True True\n"
