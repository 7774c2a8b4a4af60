# Leaves threads, environment variables, modules, builtins, transformers and settings of torch behind in the process.
# witness: yes
# %% last
import atexit
import builtins
import os
import sys
import threading
import time
import types

threading.Thread(target=time.sleep, args=(60,), daemon=True, name="course-marker-@NAME@").start()
os.environ["COURSE_MARKER"] = "course-marker-@NAME@"
sys.modules["course_marker_@NAME@"] = types.ModuleType("course_marker_@NAME@")
builtins.course_marker_@NAME@ = 1
sys.path.insert(0, "/tmp/course-marker-@NAME@")
get_ipython().user_ns["course_marker_@NAME@"] = 1
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.sigmoid = torch.tanh
atexit.register(lambda: open("@MARKER@", "w").close())
