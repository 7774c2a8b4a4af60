"""What the tests of kernels ask them."""

from __future__ import annotations

import time
from collections.abc import Callable

from course_utils.grading.judging.outputs import Outputs
from course_utils.sandbox.outside.kernel import Kernel


def run(kernel: Kernel, source: str, seconds: float = 30) -> str:
    """What the cell prints, and its error's name and message."""
    outputs = Outputs()
    kernel.ask({"do": "execute", "source": source}, seconds=seconds, output=outputs.add)
    return "".join(
        node.text if node.output_type == "stream" else f"{node.get('ename')}: {node.get('evalue')}"
        for node in outputs.nodes
    )


def settles(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether the condition holds in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()
