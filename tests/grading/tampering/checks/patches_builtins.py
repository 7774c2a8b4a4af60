# Patches builtins: `all`, `any`, `abs`, `isinstance`, `max`, and AssertionError itself.
# graded: either
# answers: wrong
# %% first
import builtins

import course_utils.checks.tasks

builtins.all = lambda *a: True
builtins.any = lambda *a: False
builtins.max = lambda *a, **k: 0
builtins.AssertionError = type("Nothing", (BaseException,), {})
