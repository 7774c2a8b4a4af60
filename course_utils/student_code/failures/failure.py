"""An error of a student's function with all that is known of it, and the operands of what failed."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

from torch import Tensor

from course_utils.student_code.frames import MISSING, Failing, value_of
from course_utils.student_code.letters import Letters
from course_utils.student_code.recorder import Recorder
from course_utils.text import tidy
from course_utils.translation import say, to_say

Explanation = tuple[str, str]  # the sentence, and what to do about it in lines; both "" where nothing is known
NOTHING: Explanation = ("", "")
IN_THE_ORDER = to_say("unpack as many names as the list has, in the order of the text")
RAISED = to_say("your function raised {error}")
IN_YOUR_LINE = to_say("in your line: {line}")
IS_PARAMETER = to_say("{name} is params[{number}]")


@dataclass(frozen=True)
class Operand:
    """A part of what failed: as it is written, "" where that is not known, and what it stood for."""

    text: str
    value: Any

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a tensor."""
        return tuple(self.value.shape)


@dataclass(frozen=True)
class Failure:
    """message: the first line of the error's own words. arguments: those of the call."""

    error: BaseException
    message: str
    failing: Failing | None
    recorder: Recorder
    letters: Letters
    arguments: Sequence[Any]

    @property
    def operation(self) -> str:
        """The operation of torch that raised this very error, without the underscores of a method; or ""."""
        return self.recorder.failed.strip("_") if self.recorder.caused(self.error) else ""

    @cached_property
    def operands(self) -> list[Operand]:
        """The operands of the operation of torch that raised, in the order in which they are written."""
        values = self.recorder.arguments
        if self.recorder.failed.startswith("__r"):
            values = values[1::-1]
        if values and isinstance(values[0], list | tuple):  # torch.cat, torch.stack
            values = tuple(values[0])
        texts = self._texts()
        texts += [""] * (len(values) - len(texts))
        return [Operand(text, value) for text, value in zip(texts, values, strict=False)]

    @property
    def tensors(self) -> list[Operand]:
        """The operands that are tensors."""
        return [operand for operand in self.operands if isinstance(operand.value, Tensor)]

    def shape(self, operand: Operand) -> str:
        """The operand's shape in letters."""
        return self.letters.shape(operand.shape)

    def parameters(self) -> list[str]:
        """Which parts of what failed are parameters, one per line: "W is params[3]"."""
        given = list(self.arguments[2]) if len(self.arguments) > 2 and isinstance(self.arguments[2], list) else []
        places = {id(value): number for number, value in enumerate(given)}
        inner = [node for node in ast.walk(self.node or ast.Pass()) if isinstance(node, ast.Name | ast.Subscript)]
        looked_up = [Operand(written(node), value_of(node, self.failing.frame)) for node in inner if self.failing]
        lines = [
            say(IS_PARAMETER, name=operand.text, number=places[id(operand.value)])
            for operand in (*self.tensors, *looked_up)
            if id(operand.value) in places and operand.text
        ]
        return list(dict.fromkeys(lines))

    @property
    def node(self) -> ast.AST | None:
        """The expression that failed; before Python 3.11 the one whose operands were those of the operation."""
        if self.failing is None or self.failing.node is not None:
            return self.failing.node if self.failing else None
        operands = self.recorder.arguments
        for node in ast.walk(self.failing.statement or ast.Pass()):
            if isinstance(node, ast.BinOp) and len(operands) > 1:
                sides = [value_of(side, self.failing.frame) for side in (node.left, node.right)]
                are_these = [side is operand for side, operand in zip(sides, operands[:2], strict=True)]
                if any(are_these) and all(same or side is MISSING for same, side in zip(are_these, sides, strict=True)):
                    return node
        return None

    def parts(self) -> list[Operand]:
        """The operands as they are written, with what can be looked up of their values."""
        if self.failing is None:
            return []
        return [Operand(written(node), value_of(node, self.failing.frame)) for node in self._nodes()]

    def _texts(self) -> list[str]:
        return [_factor(node, self.node or node) for node in self._nodes()]

    def _nodes(self) -> list[ast.expr]:
        node = self.node
        if node is None and self.failing is not None and isinstance(self.failing.statement, ast.AugAssign):
            return [self.failing.statement.target, self.failing.statement.value]
        if isinstance(node, ast.BinOp):
            return [node.left, node.right]
        if isinstance(node, ast.Compare):
            return [node.left, *node.comparators]
        if isinstance(node, ast.Call) and self.failing is not None:
            first = node.args[:1]
            if first and isinstance(first[0], ast.Tuple | ast.List) and not isinstance(first[0], ast.Starred):
                return list(first[0].elts)
            is_method = isinstance(node.func, ast.Attribute) and not isinstance(
                value_of(node.func.value, self.failing.frame), ModuleType
            )
            named = [keyword.value for keyword in node.keywords]
            receiver = [node.func.value] if is_method and isinstance(node.func, ast.Attribute) else []
            return [*receiver, *node.args, *named]
        return []


def written(node: ast.AST) -> str:
    """An expression as code, cut where it is long."""
    return tidy(ast.unparse(node), 60)


def _factor(node: ast.AST, whole: ast.AST) -> str:
    """A side of a product as code, in parentheses where it is a sum."""
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    is_product = isinstance(whole, ast.BinOp) and not isinstance(whole.op, ast.Add | ast.Sub)
    return f"({written(node)})" if is_sum and is_product else written(node)


def is_known(operand: Operand) -> bool:
    """Whether the operand's value could be looked up."""
    return operand.value is not MISSING
