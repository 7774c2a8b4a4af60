"""Words for operations of torch whose operands do not fit: products, sums, joins, shapes and dtypes."""

from __future__ import annotations

import ast

from torch import Tensor

from course_utils.student_code.failures.failure import NOTHING, Explanation, Failure, Operand, written

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
    first, second = (operand.text or name for operand, name in ((left, "the left"), (right, "the right")))
    both = f"{failure.shape(left)} times {failure.shape(right)}"
    if failure.operation == "linear":
        return _linear(failure, left, right, left.text or "what it reads")
    if failure.operation in OF_OTHER_DIMENSIONS and len(left.shape) == 2 == len(right.shape):
        sentence = f"{failure.operation} does not multiply two matrices; {first} and {second} are {both}"
        return sentence, f"a product of matrices is written @: {first} @ {second}"
    advice = _product_advice(failure, left, right, first, second)
    return f"{first} @ {second} is {both}: they do not fit", "\n".join([*advice, *failure.parameters()])


def _linear(failure: Failure, left: Operand, right: Operand, first: str) -> Explanation:
    """nn.Linear and F.linear, which multiply with the transposed weight."""
    size = failure.letters.size
    sentence = f"{first} is {failure.shape(left)}, the linear layer's weight {failure.shape(right)}: they do not fit"
    if left.shape[-1:] == right.shape[:1]:
        return sentence, "a linear layer multiplies with the transposed weight: hand it W.T, or write X @ W"
    wanted = size(left.shape[-1]) if left.shape else "one"
    return sentence, f"nn.Linear(in, out) reads in columns: here in should be {wanted}, it is {size(right.shape[-1])}"


def _product_advice(failure: Failure, left: Operand, right: Operand, first: str, second: str) -> list[str]:
    a, b = left.shape, right.shape
    if len(a) != 2 or len(b) != 2:
        return ["a product of one step has two matrices, such as (B, H) times (H, H): take one step, one layer"]
    size = failure.letters.size
    advice = [f"the columns of the left, {size(a[1])}, must be the rows of the right, {size(b[0])}"]
    if size(a[1]) != "B" and failure.shape(left).startswith("(2B"):
        advice.append(
            f"{first} has the rows of two matrices below each other: side by side is torch.cat((…, …), dim=1)"
        )
    elif a == b:
        advice.append(f"{first} and {second} have one shape: the element-wise product ⊙ is written *")
    elif 2 * a[1] == b[0]:
        advice.append(
            f"{second} has {size(b[0])} rows, one half for each direction: join the two states side by side, "
            "torch.cat((H_f, H_b), dim=1), instead of adding them or using one"
        )
    elif a[1] == 2 * b[0]:
        advice.append(f"two matrices are joined in {first}: take one of them, or the weight with {size(a[1])} rows")
    elif 2 * a[1] > b[0] > a[1] and b[0] - a[1] in (x.shape[1] for x in _matrices(failure)):
        advice.append(f"{second} has {size(b[0])} rows: join what it reads side by side first, torch.cat(…, dim=1)")
    elif b[1] == a[0]:
        advice.append(f"the other way round they fit: {second} @ {first}")
    elif b[1] == a[1]:
        advice.append("is another weight the one that belongs here, or was the other factor meant?")
    return advice


def _matrices(failure: Failure) -> list[Tensor]:
    inputs, state = (list(argument) for argument in failure.arguments[:2])
    return [value for value in (*inputs[:1], *state) if isinstance(value, Tensor) and value.dim() == 2]


def elementwise(failure: Failure) -> Explanation:
    """A sum or an element-wise product: "X @ W_xz + H * W_hz are (B, H) and …"."""
    operation = failure.operation.removeprefix("r").removeprefix("i")
    if operation not in SIGNS or len(failure.tensors) < 2 or "size" not in failure.message:
        return NOTHING
    left, right = failure.tensors[:2]
    first, second = (operand.text or name for operand, name in ((left, "the left"), (right, "the right")))
    both = f"{first} {SIGNS[operation]} {second}"
    sentence = f"{both} is {failure.shape(left)} {SIGNS[operation]} {failure.shape(right)}: they do not fit"
    advice = _elementwise_advice(failure, operation, left.shape, right.shape, first, second)
    return sentence, "\n".join([advice, *failure.parameters()])


def _elementwise_advice(
    failure: Failure, operation: str, a: tuple[int, ...], b: tuple[int, ...], first: str, second: str
) -> str:
    size = failure.letters.size
    if operation in ("mul", "multiply") and len(a) == len(b) == 2:
        if a[1] == b[0]:
            return f"* multiplies element by element; a matrix product is written @: {first} @ {second}"
        if b[1] == a[0]:
            return f"* multiplies element by element; a matrix product is written @: {second} @ {first}"
    if len(a) == 2 and a == b[::-1]:
        return "one of them is turned: is a .T too many or missing?"
    if len(b) == 1 and a:
        return f"{second} has {size(b[0])} entries where {size(a[-1])} belong: is it the bias of another equation?"
    if len(a) == len(b) == 2 and a[0] != b[0] and a[1] == b[1]:
        return "the two have different numbers of rows: take one step of both, and the same minibatch"
    return "both must have one shape, such as (B, H): look at the weights in the one that has not"


def joined(failure: Failure) -> Explanation:
    """torch.cat, torch.stack: which shapes, along which dimension."""
    if failure.operation not in JOINS or not failure.recorder.arguments:
        return NOTHING
    name = f"torch.{failure.operation}"
    if not failure.operands:
        return f"{name} of nothing: the list is empty", "is the append inside the loop, and is the loop entered?"
    others = [operand for operand in failure.operands if not isinstance(operand.value, Tensor)]
    if others:
        kind = type(others[0].value).__name__
        number = failure.operands.index(others[0]) + 1
        what = others[0].text or f"its item {number}"
        return f"{name} joins tensors; {what} is of type {kind}", _out_of_container(kind)
    shapes = list(dict.fromkeys(map(failure.shape, failure.operands)))
    dim = _dimension(failure)
    sentence = f"{name} of {' and '.join(shapes[:3])} along dimension {dim} does not fit"
    if failure.operation.endswith("stack"):
        return sentence, "torch.stack lays equal shapes over each other; side by side is torch.cat((…, …), dim=1)"
    if dim == 0:
        return sentence, "dimension 0 puts them below each other; side by side is dim=1"
    columns = {operand.shape[-1:] for operand in failure.operands}
    if len(columns) == 1 and all(len(operand.shape) == 2 for operand in failure.operands):
        return sentence, "side by side they need the same number of rows; below each other is dim=0"
    return sentence, "side by side they need the same number of rows, and as many dimensions: print each one's shape"


def _out_of_container(kind: str) -> str:
    if kind == "tuple":
        return "take the matrix out of the tuple first: H, = state"
    return "every item must be a tensor, such as a state (B, H)"


def _dimension(failure: Failure) -> int:
    numbers = [value for value in failure.recorder.arguments[1:] if type(value) is int]
    return numbers[0] if numbers else 1 if failure.operation in ("hstack", "column_stack") else 0


def other_dtype(failure: Failure) -> Explanation:
    """Operands of different dtypes."""
    if not failure.operation or not _dtypes_differ(failure):
        return NOTHING
    kinds = [
        f"{operand.text or ('the left', 'the right', 'another')[min(i, 2)]} is {str(operand.value.dtype)[6:]}"
        for i, operand in enumerate(failure.tensors)
    ]
    advice = "make new tensors like those that are given: torch.zeros_like(H), or dtype=H.dtype"
    return f"{', '.join(kinds[:3])}: the dtypes differ", f"{advice}; NumPy's numbers are float64, .float() turns them"


def reshaped(failure: Failure) -> Explanation:
    """view and reshape to a shape that has another number of entries."""
    if failure.operation not in ("view", "reshape", "unflatten", "expand") or not failure.tensors:
        return NOTHING
    tensor = failure.tensors[0]
    wanted = [value for value in failure.recorder.arguments[1:] if isinstance(value, int)]
    wanted = wanted or [n for value in failure.recorder.arguments[1:] if isinstance(value, list | tuple) for n in value]
    target = f"({', '.join(failure.letters.size(n) for n in wanted)})"
    what = tensor.text or "the tensor"
    sentence = f"{what} is {failure.shape(tensor)}: {failure.operation} to {target} does not fit"
    return sentence, "both shapes need the same number of entries; take sizes from the tensor's own shape"


def assigned(failure: Failure) -> Explanation:
    """A write into a part of a tensor that has another shape."""
    if failure.operation not in ("setitem", "copy") or len(failure.recorder.arguments) < 2:
        return NOTHING
    value = failure.recorder.arguments[-1]
    if not isinstance(value, Tensor) or ("shape" not in failure.message and "size" not in failure.message):
        return NOTHING
    tensor = failure.recorder.arguments[0]
    statement = failure.failing.statement if failure.failing else None
    target = written(statement.targets[0]) if isinstance(statement, ast.Assign) else "the target"
    slot = _slot(failure)
    sentence = f"{target} = … writes {failure.letters.shape(value.shape)} into {slot}: they do not fit"
    whole = failure.letters.shape(tensor.shape)
    return sentence, f"make room of the right shape (the whole is {whole}), or collect the steps in a list"


def _slot(failure: Failure) -> str:
    tensor, index = failure.recorder.arguments[0], failure.recorder.arguments[1]
    try:
        return failure.letters.shape(tensor.detach()[index].shape)
    except Exception:  # an index that is itself the mistake
        return "a part of " + failure.letters.shape(tensor.shape)
