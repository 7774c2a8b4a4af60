"""What local workers are forked with, imported once: by the process that forks them, which runs nothing else."""

import gc

gc.disable()  # it would look at all that there is again and again

import distributed.nanny  # noqa: E402, F401

import course_utils.grading.class_run.executors  # noqa: E402, F401

gc.freeze()  # so that workers share it, and no collector of theirs touches it
gc.enable()
