"""An edit changes what it says and nothing else; two of them compose where they touch different places."""

from __future__ import annotations

from course_utils.equations import GRU
from course_utils.equations import expressions as e
from course_utils.equations.mistakes.edit import ALL_BUT_THE_STATE, Change, Edit, are_apart, compose

OTHER_BIAS = Edit(GRU, "parameter exchanged", "b_q is another", 2, (Change("Y", (1,), e.Parameter("b_h")),))
NO_BIAS = Edit(GRU, "term dropped", "b_q is missing", 1, (Change("Y", (), GRU.expression("Y").children()[0], (1,)),))
FROM_ZERO = Edit(GRU, "state ignored", "it starts from zeros", 1, initial={"H": e.Zeros()})
FIRST_STATE = Edit(
    GRU, "final state", ALL_BUT_THE_STATE.having(problem="the first"), 2, states={"H": e.Ref("H", at="first")}
)


def test_the_edited_network_differs_in_the_changed_node_only():
    changed = OTHER_BIAS.network
    assert changed.expression("Y").children()[1] == e.Parameter("b_h")
    assert changed.expression("Y").children()[0] == GRU.expression("Y").children()[0]
    assert [changed.expression(name) for name in GRU.hidden] == [GRU.expression(name) for name in GRU.hidden]


def test_the_original_stays_as_it_was():
    assert NO_BIAS.network is not GRU and len(GRU.expression("Y").children()) == 2


def test_starts_and_final_states_are_part_of_an_edit():
    assert FROM_ZERO.network.initial == {"H": e.Zeros()} and GRU.initial == {}
    assert FIRST_STATE.network.states["H"].at == "first" and GRU.states["H"].at == "last"


def test_marks_lead_to_the_changed_nodes():
    assert OTHER_BIAS.marks == {"Y": ((1,),)}


def test_an_edit_that_leaves_something_out_leads_to_it_in_the_original():
    assert NO_BIAS.missing == {"Y": ((1,),)}
    assert OTHER_BIAS.missing == {} == FROM_ZERO.missing


def test_edits_of_one_place_do_not_compose():
    assert not are_apart(OTHER_BIAS, NO_BIAS)
    assert compose(OTHER_BIAS, NO_BIAS) is None
    assert compose(FROM_ZERO, FROM_ZERO) is None


def test_edits_of_different_places_compose():
    pair = compose(OTHER_BIAS, FROM_ZERO)
    assert pair.parts == (OTHER_BIAS, FROM_ZERO)
    assert pair.rank == 3 and pair.kind == "parameter exchanged + state ignored"
    assert pair.network.initial and pair.network.expression("Y") == OTHER_BIAS.network.expression("Y")


def test_a_pair_with_a_wrong_state_does_not_say_that_the_outputs_are_right():
    assert compose(OTHER_BIAS, FIRST_STATE).sentence == "two things: b_q is another; and the first"
