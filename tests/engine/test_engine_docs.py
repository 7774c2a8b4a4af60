"""What docs/engine.md prints of a GRU's step is what the engine prints."""

import re
from pathlib import Path

import from_scratch
import torch

from course_utils.data.batches import to_onehot
from course_utils.engine.compiling.lowering import lowered
from course_utils.engine.compiling.passes import hoist, scheduled
from course_utils.engine.intercept import TracingMode
from course_utils.engine.tracing.repeating_step import traced_step
from course_utils.engine.tracing.trace import Trace

DOCUMENT = Path(__file__).parents[2] / "docs" / "engine.md"
T, B, V, H = 4, 2, 7, 5


def a_traced_gru():
    torch.manual_seed(0)
    params = from_scratch.gru_params(V, H, None)
    X, trace = torch.randint(V, (B, T)), Trace()
    inputs, state = to_onehot(X, V), from_scratch.init_gru_state(B, H, None)
    with TracingMode(inputs, X.T, trace, state):
        outputs, (last,) = from_scratch.gru(inputs, state, params)
        recording = trace._recording
        per_step = len(recording.calls) // T
        step = traced_step(recording, per_step, recording.position(outputs[0]), (recording.position(last) % per_step,))
    return step, [[param is leaf for param in params] for leaf in recording.leaves]


def test_a_grus_step_is_printed_as_it_is_after_each_pass():
    step, _ = a_traced_gru()
    stages = [step, hoist(step), scheduled(step), lowered(scheduled(step))]
    printed = re.findall(r"```text\n(.*?)\n```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert printed == list(map(str, stages))


def test_the_documents_names_of_the_leaves_are_theirs():
    _, leaves = a_traced_gru()
    names = ["W_xz", "W_hz", "b_z", "W_xr", "W_hr", "b_r", "W_xh", "W_hh", "b_h", "W_hq", "b_q"]
    in_order = [names[is_param.index(True)] if any(is_param) else "other" for is_param in leaves]
    (line,) = re.findall(r"Leaves: (.*)\.", DOCUMENT.read_text(encoding="utf-8"))
    named = dict(part.rsplit(" ", 1)[::-1] for part in line.replace("`", "").split(", "))
    assert {int(number): name for number, name in named.items() if name in names} == {
        number: name for number, name in enumerate(in_order) if name != "other"
    }
