"""Hints, from a question to ask oneself to a small experiment; never the solution. One list per kind of mistake."""

from __future__ import annotations

_READ_AGAIN = "Read the equation in the text term by term, with your line beside it: compare the marked term."

BY_KIND: dict[str, tuple[str, ...]] = {
    "blend exchanged": (
        "Put Z = 1 everywhere. Which state should survive: the old one or the candidate?",
        "Call your function with a very large bias b_z: the state should then hardly move.",
    ),
    "product order": (
        "Does the reset gate act on the old state, or on what a matrix has made of it?",
        "With one R for all units both forms agree. Try R = (1, 0): which columns of H W should the gate reach?",
    ),
    "residual connection": ("Write down what layer 2 reads, what it keeps for its next step, and what it hands up.",),
    "sees its input": ("Change X_t alone. Which of the scores should stay as they are?",),
    "beyond the ends": ("Call your function with a single step. Which two states do its scores read?",),
    "line missing": ("Print the state at each step. Which line should change it?",),
    "one gate": ("Two gates have weights of their own. Which of them does each line read?",),
    "peephole": ("Which values does the equation of this gate read, and which does your line read?", _READ_AGAIN),
    "coupled gates": ("Each gate has weights of its own. Can both be open at once, or both be closed?",),
    "normalisation": ("Take the mean and the spread of this value over the hidden units. Should they be fixed?",),
    "rows mixed": ("Call your function with one row, then with that row beside another: should its outputs change?",),
    "clamped": ("May this value lie beyond −1 and 1 by its equation? Look for a clamp or a hardtanh.",),
    "term dropped": ("Count the terms inside the brackets: three in a gate, with the bias.", _READ_AGAIN),
    "activation missing": ("Between which bounds should this value lie? Print its smallest and largest entry.",),
    "activation exchanged": (
        "Gates say how much, from 0 to 1; candidates and states say what, from −1 to 1. Which one is this?",
    ),
    "extra activation": (
        "Which bounds does this value have in the equation, and which after your last line?",
        "Scores are unnormalised: the loss applies the softmax itself.",
    ),
    "unpacking order": ("Write the order from the text above your own unpacking line, and compare name by name.",),
    "parameter exchanged": ("Each letter in a weight's index says where it is used. Read your line's indices aloud.",),
    "stale state": ("Follow one step with a pencil: at which line does the state change, and which line reads it?",),
    "initial state": ("Which name does the loop read, and which name does it write? Are they the same?",),
    "state ignored": ("Call your function twice with two different incoming states. Should the outputs differ?",),
    "state reset": ("What is created inside the loop over time that should be created, or received, before it?",),
    "final state": ("Print the last state inside the loop and the one you return.",),
    "state order": ("The contract's order is that of the initial state: compare with your init function's tuple.",),
    "sequence exchanged": ("Several values have the shape (B, H). Which one does this equation name?", _READ_AGAIN),
    "shared weights": ("Change one layer's weights by hand: should the others' outputs stay?",),
    "not re-aligned": ("After running backward, the first result belongs to the last step. Where is it put?",),
    "direction": ("In which order does this loop walk through the inputs? Which input does it meet first?",),
    "concatenation order": ("Which half of the rows of W_hq belongs to which direction?",),
}
DEFAULT = (_READ_AGAIN, "Try one step with one row and H = 2, and compute the marked equation by hand.")


def hints_for(kind: str) -> tuple[str, ...]:
    """The hints for a kind of edit; of a pair, those of both."""
    hints = [hint for part in kind.split(" + ") for hint in BY_KIND.get(part, ())]
    return tuple(dict.fromkeys(hints)) or DEFAULT
