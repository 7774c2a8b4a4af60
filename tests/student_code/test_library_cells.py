"""torch's own recurrent cells are refused: by reading the code, at the call, and by the dispatcher itself."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import nn

from course_utils.student_code.library_cells import (
    LibraryCellUsed,
    refuse_by_reading,
    refuse_everywhere,
    refusing_calls,
)

CELLS = {
    "nn.GRU": lambda: nn.GRU(2, 3)(torch.zeros(1, 1, 2)),
    "nn.LSTM": lambda: nn.LSTM(2, 3)(torch.zeros(1, 1, 2)),
    "nn.RNN": lambda: nn.RNN(2, 3)(torch.zeros(1, 1, 2)),
    "nn.LSTMCell": lambda: nn.LSTMCell(2, 3)(torch.zeros(1, 2)),
    "aten.gru_cell": lambda: torch.ops.aten.gru_cell(
        torch.zeros(1, 2), torch.zeros(1, 3), torch.zeros(9, 2), torch.zeros(9, 3)
    ),
}
every_cell = pytest.mark.parametrize("use", CELLS.values(), ids=CELLS)


@every_cell
def test_a_call_is_refused_while_it_lasts(use):
    with refusing_calls(), pytest.raises(LibraryCellUsed, match="write the equations yourself"):
        use()
    use()


@every_cell
def test_the_dispatcher_refuses_in_every_thread(use):
    errors = []

    def elsewhere():
        try:
            use()
        except LibraryCellUsed as error:
            errors.append(error)

    library = refuse_everywhere()
    try:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    finally:
        library._destroy()
    assert len(errors) == 1
    use()


def names_a_cell():
    return nn.GRU(2, 3)


def names_it_in_words_only():
    """nn.GRU does this."""
    return "nn.GRU"  # nn.GRU


def test_code_that_names_a_cell_is_refused_by_reading():
    with pytest.raises(LibraryCellUsed, match="torch's own GRU"):
        refuse_by_reading(names_a_cell)


def test_comments_strings_and_unreadable_code_are_not():
    refuse_by_reading(names_it_in_words_only)
    refuse_by_reading(len)


def test_other_layers_may_be_used():
    with refusing_calls():
        assert nn.Linear(2, 3)(torch.zeros(1, 2)).shape == (1, 3)
