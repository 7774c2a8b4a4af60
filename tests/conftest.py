"""What all tests may use. `benchmarks/` is importable, for its transcription of the older loop."""

import os
import sys
from pathlib import Path

# One thread a process, kernels included: tests run side by side, and threads that wait for each other are slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
