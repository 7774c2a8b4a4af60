"""Hints, from a question to ask oneself to a small experiment; never the solution. One list per kind of mistake."""

from __future__ import annotations

from course_utils.translation import say, to_say

_READ_AGAIN = to_say("Read the equation in the text term by term, with your line beside it: compare the marked term.")

BY_KIND: dict[str, tuple[str, ...]] = {
    "blend exchanged": (
        to_say("Put Z = 1 everywhere. Which state should survive: the old one or the candidate?"),
        to_say("Call your function with a very large bias b_z: the state should then hardly move."),
    ),
    "product order": (
        to_say("Does the reset gate act on the old state, or on what a matrix has made of it?"),
        to_say(
            "With one R for all units both forms agree. Try R = (1, 0): which columns of H W should the gate reach?"
        ),
    ),
    "residual connection": (
        to_say("Write down what layer 2 reads, what it keeps for its next step, and what it hands up."),
    ),
    "sees its input": (to_say("Change X_t alone. Which of the scores should stay as they are?"),),
    "beyond the ends": (to_say("Call your function with a single step. Which two states do its scores read?"),),
    "line missing": (to_say("Print the state at each step. Which line should change it?"),),
    "one gate": (to_say("Two gates have weights of their own. Which of them does each line read?"),),
    "peephole": (
        to_say("Which values does the equation of this gate read, and which does your line read?"),
        _READ_AGAIN,
    ),
    "coupled gates": (to_say("Each gate has weights of its own. Can both be open at once, or both be closed?"),),
    "normalisation": (
        to_say("Take the mean and the spread of this value over the hidden units. Should they be fixed?"),
    ),
    "rows mixed": (
        to_say("Call your function with one row, then with that row beside another: should its outputs change?"),
    ),
    "clamped": (to_say("May this value lie beyond −1 and 1 by its equation? Look for a clamp or a hardtanh."),),
    "term dropped": (to_say("Count the terms inside the brackets: three in a gate, with the bias."), _READ_AGAIN),
    "activation missing": (
        to_say("Between which bounds should this value lie? Print its smallest and largest entry."),
    ),
    "activation exchanged": (
        to_say("Gates say how much, from 0 to 1; candidates and states say what, from −1 to 1. Which one is this?"),
    ),
    "extra activation": (
        to_say("Which bounds does this value have in the equation, and which after your last line?"),
        to_say("Scores are unnormalised: the loss applies the softmax itself."),
    ),
    "unpacking order": (
        to_say("Write the order from the text above your own unpacking line, and compare name by name."),
    ),
    "parameter exchanged": (
        to_say("Each letter in a weight's index says where it is used. Read your line's indices aloud."),
    ),
    "stale state": (
        to_say("Follow one step with a pencil: at which line does the state change, and which line reads it?"),
    ),
    "initial state": (to_say("Which name does the loop read, and which name does it write? Are they the same?"),),
    "state ignored": (
        to_say("Call your function twice with two different incoming states. Should the outputs differ?"),
    ),
    "state reset": (
        to_say("What is created inside the loop over time that should be created, or received, before it?"),
    ),
    "final state": (to_say("Print the last state inside the loop and the one you return."),),
    "state order": (
        to_say("The contract's order is that of the initial state: compare with your init function's tuple."),
    ),
    "sequence exchanged": (
        to_say("Several values have the shape (B, H). Which one does this equation name?"),
        _READ_AGAIN,
    ),
    "shared weights": (to_say("Change one layer's weights by hand: should the others' outputs stay?"),),
    "not re-aligned": (to_say("After running backward, the first result belongs to the last step. Where is it put?"),),
    "direction": (to_say("In which order does this loop walk through the inputs? Which input does it meet first?"),),
    "concatenation order": (to_say("Which half of the rows of W_hq belongs to which direction?"),),
}
DEFAULT = (_READ_AGAIN, to_say("Try one step with one row and H = 2, and compute the marked equation by hand."))


def hints_for(kind: str) -> tuple[str, ...]:
    """The hints for a kind of edit; of a pair, those of both."""
    hints = [hint for part in kind.split(" + ") for hint in BY_KIND.get(part, ())]
    return tuple(map(say, dict.fromkeys(hints) or DEFAULT))
