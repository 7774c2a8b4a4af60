"""What a student's function does in every minibatch, seen in the first: which products could be one.

Such knowledge only says what is worth trying in the next minibatch. Whether it still holds is looked at there, each
time that it is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from .ordinary import is_plain


@dataclass
class Habits:
    """Of one function and its `params`.

    `gates`: weights that meet the same left operand one after the other. `output_layer`: a weight and its bias, if
    there is one, whose results are the outputs and nothing else.
    """

    params: Sequence[Tensor] = ()
    gates: list[tuple[Tensor, ...]] = field(default_factory=list)
    output_layer: tuple[Tensor, Tensor | None] | None = None
    are_known: bool = False

    def snapshot(self) -> dict[str, Any]:
        """As plain data. A run that is resumed must do its products as before, to have the same rounding."""
        position = {id(param): i for i, param in enumerate(self.params)} | {id(None): None}
        return {
            "gates": [[position[id(W)] for W in weights] for weights in self.gates],
            "output_layer": self.output_layer and [position[id(param)] for param in self.output_layer],
            "are_known": self.are_known,
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """The opposite of `snapshot`."""
        self.gates = [tuple(self.params[i] for i in positions) for positions in snapshot["gates"]]
        layer = snapshot["output_layer"]
        self.output_layer = layer and tuple(None if i is None else self.params[i] for i in layer)
        self.are_known = snapshot["are_known"]


@dataclass
class _Result:
    """A product, or the sum of one and a bias."""

    tensor: Tensor  # held, as is `left`, so that its id is not given to another tensor
    version: int
    W: Tensor
    bias: Tensor | None = None
    uses: int = 0


class Rehearsal(TorchDispatchMode):
    """The first minibatch. Sees whatever touches a product, by whichever way: compiled and scripted code too."""

    def __init__(self) -> None:
        super().__init__()
        self._results: dict[int, _Result] = {}
        self._weights_of: dict[tuple[int, int], list[Tensor]] = {}  # id and version of the left operand
        self._lefts: list[Tensor] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        for value in tree_leaves((args, kwargs)):
            if (found := self._results.get(id(value))) is not None:
                found.uses += 1
        return func(*args, **(kwargs or {}))

    def saw_product(self, left: Tensor, W: Tensor, product: Tensor) -> None:
        """Of a `W` that is a parameter."""
        self._lefts.append(left)
        self._weights_of.setdefault((id(left), left._version), []).append(W)
        self._results[id(product)] = _Result(product, product._version, W)

    def saw_sum(self, left: Any, right: Any, total: Any) -> None:
        for product, bias in ((left, right), (right, left)):
            found = self._results.get(id(product))
            if found is not None and found.bias is None and found.uses == 1 and _is_bias(bias, product):
                self._results[id(total)] = _Result(total, total._version, found.W, bias)

    def teach(self, habits: Habits, outputs: Sequence[Tensor]) -> None:
        """Says at the end what was seen."""
        ids = {id(param) for param in habits.params}
        layer = self._output_layer(outputs)
        if layer is not None and all(param is None or id(param) in ids for param in layer):
            habits.output_layer = layer
        gates = self._gates(layer[0] if layer else None)
        habits.gates = [weights for weights in gates if ids.issuperset(map(id, weights))]
        habits.are_known = True

    def _output_layer(self, outputs: Sequence[Tensor]) -> tuple[Tensor, Tensor | None] | None:
        results = [self._results.get(id(output)) for output in outputs]
        if None in results:
            return None
        W, bias = results[0].W, results[0].bias
        ids = {id(output) for output in outputs}
        others = [other for other in self._results.values() if other.W is W and id(other.tensor) not in ids]
        if (
            all(r.W is W and r.bias is bias and r.uses == 0 and r.version == r.tensor._version for r in results)
            and len(others) == (0 if bias is None else len(ids))
            and all(product.uses == 1 for product in others)  # by the bias
        ):
            return W, bias
        return None

    def _gates(self, W_hq: Tensor | None) -> list[tuple[Tensor, ...]]:
        met = [tuple(W for W in weights if W is not W_hq) for weights in self._weights_of.values()]
        times = Counter(tuple(map(id, weights)) for weights in met)
        gates, taken = [], set()
        for weights in met:
            ids = tuple(map(id, weights))
            if len(set(ids)) == len(ids) > 1 and times[ids] > 1 and taken.isdisjoint(ids):
                gates.append(weights)
                taken.update(ids)
        return gates


def _is_bias(value: Any, product: Tensor) -> bool:
    """Whether it is a parameter `(V,)` that is added to every row of the product `(B, V)`, and changes nothing else."""
    return (
        is_plain(value)
        and value.is_leaf
        and value.shape == product.shape[1:]
        and value.dtype is product.dtype
        and value.device == product.device
    )
