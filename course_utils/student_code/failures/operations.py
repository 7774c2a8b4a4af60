"""Words for operations of torch whose operands do not fit: products, sums, joins, shapes and dtypes."""

from __future__ import annotations

import ast

from torch import Tensor

from course_utils.student_code.failures.failure import NOTHING, Explanation, Failure, Operand, written
from course_utils.translation import say, to_say

PRODUCTS = {"matmul", "rmatmul", "imatmul", "mm", "bmm", "addmm", "linear", "mv", "dot", "vdot"}
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "truediv": "/", "multiply": "*", "subtract": "-", "where": ","}
OF_OTHER_DIMENSIONS = {"dot", "mv", "bmm", "inner", "vdot"}  # of vectors, or of minibatches of matrices
JOINS = {"cat", "concat", "concatenate", "stack", "hstack", "vstack", "column_stack"}


def _dtypes_differ(failure: Failure) -> bool:
    return len({operand.value.dtype for operand in failure.tensors if operand.value.is_floating_point()}) > 1


def product(failure: Failure) -> Explanation:
    """A matrix product: "H @ W_xz is (B, H) times (V, H)"."""
    if failure.operation not in PRODUCTS or len(failure.tensors) < 2 or _dtypes_differ(failure):
        return NOTHING
    left, right = failure.tensors[1:3] if failure.operation == "addmm" else failure.tensors[:2]
    if failure.operation == "linear":
        return _linear(failure, left, right, left.text or to_say("what it reads"))
    first, second = left.text or to_say("the left"), right.text or to_say("the right")
    told = {"first": first, "second": second, "left": failure.shape(left), "right": failure.shape(right)}
    if failure.operation in OF_OTHER_DIMENSIONS and len(left.shape) == 2 == len(right.shape):
        problem = to_say("{operation} does not multiply two matrices; {first} and {second} are {left} times {right}")
        sentence = say(problem, operation=failure.operation, **told)
        return sentence, say("a product of matrices is written @: {first} @ {second}", first=first, second=second)
    advice = _product_advice(failure, left, right, first, second)
    sentence = say("{first} @ {second} is {left} times {right}: they do not fit", **told)
    return sentence, "\n".join([*advice, *failure.parameters()])


def _linear(failure: Failure, left: Operand, right: Operand, first: str) -> Explanation:
    """nn.Linear and F.linear, which multiply with the transposed weight."""
    size = failure.letters.size
    told = {"first": first, "left": failure.shape(left), "right": failure.shape(right)}
    sentence = say("{first} is {left}, the linear layer's weight {right}: they do not fit", **told)
    if left.shape[-1:] == right.shape[:1]:
        return sentence, say("a linear layer multiplies with the transposed weight: hand it W.T, or write X @ W")
    sizes = {"wanted": size(left.shape[-1]) if left.shape else "1", "found": size(right.shape[-1])}
    return sentence, say("nn.Linear(in, out) reads in columns: here in should be {wanted}, it is {found}", **sizes)


def _product_advice(failure: Failure, left: Operand, right: Operand, first: str, second: str) -> list[str]:
    a, b = left.shape, right.shape
    if len(a) != 2 or len(b) != 2:
        return [say("a product of one step has two matrices, such as (B, H) times (H, H): take one step, one layer")]
    size = failure.letters.size
    told = {"first": first, "second": second, "columns": size(a[1]), "rows": size(b[0])}
    advice = say("the columns of the left, {columns}, must be the rows of the right, {rows}", **told)
    hint = ""
    if size(a[1]) != "B" and failure.shape(left).startswith("(2B"):
        hint = to_say("{first} has the rows of two matrices below each other: side by side is torch.cat((…, …), dim=1)")
    elif a == b:
        hint = to_say("{first} and {second} have one shape: the element-wise product ⊙ is written *")
    elif 2 * a[1] == b[0]:
        hint = to_say(
            "{second} has {rows} rows, one half for each direction: join the two states side by side, "
            "torch.cat((H_f, H_b), dim=1), instead of adding them or using one"
        )
    elif a[1] == 2 * b[0]:
        hint = to_say("two matrices are joined in {first}: take one of them, or the weight with {columns} rows")
    elif 2 * a[1] > b[0] > a[1] and b[0] - a[1] in (x.shape[1] for x in _matrices(failure)):
        hint = to_say("{second} has {rows} rows: join what it reads side by side first, torch.cat(…, dim=1)")
    elif b[1] == a[0]:
        hint = to_say("the other way round they fit: {second} @ {first}")
    elif b[1] == a[1]:
        hint = to_say("is another weight the one that belongs here, or was the other factor meant?")
    return [advice, say(hint, **told)] if hint else [advice]


def _matrices(failure: Failure) -> list[Tensor]:
    inputs, state = (list(argument) for argument in failure.arguments[:2])
    return [value for value in (*inputs[:1], *state) if isinstance(value, Tensor) and value.dim() == 2]


def elementwise(failure: Failure) -> Explanation:
    """A sum or an element-wise product: "X @ W_xz + H * W_hz are (B, H) and …"."""
    operation = failure.operation.removeprefix("r").removeprefix("i")
    if operation not in SIGNS or len(failure.tensors) < 2 or "size" not in failure.message:
        return NOTHING
    left, right = failure.tensors[:2]
    first, second = left.text or to_say("the left"), right.text or to_say("the right")
    told = {"first": first, "second": second, "left": failure.shape(left), "right": failure.shape(right)}
    problem = to_say("{first} {sign} {second} is {left} {sign} {right}: they do not fit")
    sentence = say(problem, sign=SIGNS[operation], **told)
    advice = _elementwise_advice(failure, operation, left.shape, right.shape, first, second)
    return sentence, "\n".join([advice, *failure.parameters()])


def _elementwise_advice(
    failure: Failure, operation: str, a: tuple[int, ...], b: tuple[int, ...], first: str, second: str
) -> str:
    size = failure.letters.size
    if operation in ("mul", "multiply") and len(a) == len(b) == 2:
        product_is_at = to_say("* multiplies element by element; a matrix product is written @: {first} @ {second}")
        if a[1] == b[0]:
            return say(product_is_at, first=first, second=second)
        if b[1] == a[0]:
            return say(product_is_at, first=second, second=first)
    if len(a) == 2 and a == b[::-1]:
        return say("one of them is turned: is a .T too many or missing?")
    if len(b) == 1 and a:
        told = {"name": second, "found": size(b[0]), "wanted": size(a[-1])}
        return say("{name} has {found} entries where {wanted} belong: is it the bias of another equation?", **told)
    if len(a) == len(b) == 2 and a[0] != b[0] and a[1] == b[1]:
        return say("the two have different numbers of rows: take one step of both, and the same minibatch")
    return say("both must have one shape, such as (B, H): look at the weights in the one that has not")


def joined(failure: Failure) -> Explanation:
    """torch.cat, torch.stack: which shapes, along which dimension."""
    if failure.operation not in JOINS or not failure.recorder.arguments:
        return NOTHING
    name = f"torch.{failure.operation}"
    if not failure.operands:
        sentence = say("{name} of nothing: the list is empty", name=name)
        return sentence, say("is the append inside the loop, and is the loop entered?")
    others = [operand for operand in failure.operands if not isinstance(operand.value, Tensor)]
    if others:
        kind = type(others[0].value).__name__
        what = others[0].text or to_say("its item {number}", number=failure.operands.index(others[0]) + 1)
        sentence = say("{name} joins tensors; {what} is of type {kind}", name=name, what=what, kind=kind)
        return sentence, _out_of_container(kind)
    dim, shapes = _dimension(failure), _anded(list(dict.fromkeys(map(failure.shape, failure.operands)))[:3])
    sentence = say("{name} of {shapes} along dimension {dim} does not fit", name=name, shapes=shapes, dim=dim)
    return sentence, _joining_advice(failure, dim)


def _anded(shapes: list[str]) -> str:
    first, *others = shapes
    for other in others:
        first = say("{first} and {second}", first=first, second=other)
    return first


def _joining_advice(failure: Failure, dim: int) -> str:
    if failure.operation.endswith("stack"):
        return say("torch.stack lays equal shapes over each other; side by side is torch.cat((…, …), dim=1)")
    if dim == 0:
        return say("dimension 0 puts them below each other; side by side is dim=1")
    columns = {operand.shape[-1:] for operand in failure.operands}
    if len(columns) == 1 and all(len(operand.shape) == 2 for operand in failure.operands):
        return say("side by side they need the same number of rows; below each other is dim=0")
    return say("side by side they need the same number of rows, and as many dimensions: print each one's shape")


def _out_of_container(kind: str) -> str:
    if kind == "tuple":
        return say("take the matrix out of the tuple first: H, = state")
    return say("every item must be a tensor, such as a state (B, H)")


def _dimension(failure: Failure) -> int:
    numbers = [value for value in failure.recorder.arguments[1:] if type(value) is int]
    return numbers[0] if numbers else 1 if failure.operation in ("hstack", "column_stack") else 0


def other_dtype(failure: Failure) -> Explanation:
    """Operands of different dtypes."""
    if not failure.operation or not _dtypes_differ(failure):
        return NOTHING
    places = (to_say("the left"), to_say("the right"), to_say("another"))
    kinds = [
        say("{name} is {dtype}", name=operand.text or place, dtype=str(operand.value.dtype)[6:])
        for place, operand in zip(places, failure.tensors, strict=False)
    ]
    advice = to_say(
        "make new tensors like those that are given: torch.zeros_like(H), or dtype=H.dtype; "
        "NumPy's numbers are float64, .float() turns them"
    )
    return say("{kinds}: the dtypes differ", kinds=say(", ").join(kinds)), say(advice)


def reshaped(failure: Failure) -> Explanation:
    """view and reshape to a shape that has another number of entries."""
    if failure.operation not in ("view", "reshape", "unflatten", "expand") or not failure.tensors:
        return NOTHING
    tensor = failure.tensors[0]
    wanted = [value for value in failure.recorder.arguments[1:] if isinstance(value, int)]
    wanted = wanted or [n for value in failure.recorder.arguments[1:] if isinstance(value, list | tuple) for n in value]
    target = f"({', '.join(failure.letters.size(n) for n in wanted)})"
    told = {"what": tensor.text or to_say("the tensor"), "shape": failure.shape(tensor)}
    problem = to_say("{what} is {shape}: {operation} to {target} does not fit")
    sentence = say(problem, operation=failure.operation, target=target, **told)
    return sentence, say("both shapes need the same number of entries; take sizes from the tensor's own shape")


def assigned(failure: Failure) -> Explanation:
    """A write into a part of a tensor that has another shape."""
    if failure.operation not in ("setitem", "copy") or len(failure.recorder.arguments) < 2:
        return NOTHING
    value = failure.recorder.arguments[-1]
    if not isinstance(value, Tensor) or ("shape" not in failure.message and "size" not in failure.message):
        return NOTHING
    tensor = failure.recorder.arguments[0]
    statement = failure.failing.statement if failure.failing else None
    target = written(statement.targets[0]) if isinstance(statement, ast.Assign) else to_say("the target")
    told = {"target": target, "given": failure.letters.shape(value.shape), "slot": _slot(failure)}
    sentence = say("{target} = … writes {given} into {slot}: they do not fit", **told)
    whole = failure.letters.shape(tensor.shape)
    advice = to_say("make room of the right shape (the whole is {whole}), or collect the steps in a list")
    return sentence, say(advice, whole=whole)


def _slot(failure: Failure) -> str:
    tensor, index = failure.recorder.arguments[0], failure.recorder.arguments[1]
    try:
        return failure.letters.shape(tensor.detach()[index].shape)
    except Exception:  # an index that is itself the mistake
        return to_say("a part of {shape}", shape=failure.letters.shape(tensor.shape))
