"""What all tests may use. `benchmarks/` is importable, for its transcription of the older loop."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
