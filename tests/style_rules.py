"""The rules of CONTRIBUTING.md as functions of a root folder: each yields one line for whatever breaks it.

A line names file, line and what to do. The tables below are the rules' only settings; test_style.py applies them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FUNCTION, CLASS, FILE, TEST_FILE = 40, 200, 400, 500  # lines, at most

# A place (a folder of course_utils, or one module of it) -> the places that its modules may import. The longest name
# that fits a module is its place. A folder's __init__ may import all that lies in the folder.
GROUND = (
    *("edition", "errors", "filesystem", "frontend", "installation", "links", "mathematics", "style", "text"),
    "translation",
)
ARROWS: dict[str, tuple[str, ...]] = {
    "course_utils": ("installation",),  # loads the public names at their first use, by strings that no rule sees
    **dict.fromkeys(GROUND, ()),
    "edition": ("filesystem",),
    "translation": ("edition", "errors"),
    "mathematics": ("translation",),
    "installation": ("errors", "filesystem", "translation"),
    "equations": ("translation",),
    "equations.mistakes": ("equations", "translation"),
    "student_code": GROUND,
    "quiz": GROUND,
    "data": GROUND,
    "widgets": (*GROUND, "equations"),
    "site": GROUND,
    "checks": (*GROUND, "equations", "equations.mistakes", "quiz", "student_code"),
    "engine": (),  # kernels, eligibility, ownership, cpu, torch_private
    "engine.compiling": ("engine",),
    "engine.running": ("engine", "engine.compiling"),
    "engine.tracing": ("engine", "engine.compiling", "engine.running"),
    "engine.eager": ("engine", "data"),
    "engine.layers": ("engine", "data"),
    "engine.intercept": ("engine", "engine.compiling", "engine.eager", "engine.tracing"),
    "engine.network": ("engine", "engine.eager", "engine.intercept", "engine.tracing", "data"),  # the face
    "training": (*GROUND, "data", "engine", "engine.layers", "engine.network", "student_code"),
    "sandbox.protocol": ("student_code",),
    "sandbox.inside": ("course_utils", "sandbox.protocol", "student_code", "text", "translation"),
    "sandbox.outside": (*GROUND, "course_utils", "sandbox.protocol", "student_code"),
    "grading.course": (*GROUND, "quiz", "sandbox.protocol", "translating"),
    "grading.messages": ("grading.course", "sandbox.protocol"),
    "grading.judging": (
        *(*GROUND, "grading.course", "checks", "quiz", "sandbox.outside", "sandbox.protocol", "student_code"),
    ),
    "grading.gradebook": (*GROUND, "grading.course", "grading.judging", "grading.messages", "quiz", "student_code"),
    "grading.platforms": (*GROUND, "grading.course", "grading.gradebook", "grading.messages", "sandbox.protocol"),
    "grading.plugins": (
        *(*GROUND, "grading.course", "grading.gradebook", "grading.judging", "quiz", "sandbox.outside"),
        "sandbox.protocol",
    ),
    "grading.class_run": (
        *(*GROUND, "grading.course", "grading.gradebook", "grading.judging", "grading.messages", "grading.plugins"),
        *("checks", "quiz", "sandbox.outside", "sandbox.protocol"),
    ),
    "grading": ("grading.plugins",),  # the modules whose names stand in old course folders
    "handout": (*GROUND, "grading.course"),
    "translating": GROUND,
    "desk": (*GROUND, "quiz"),
    "desk.merge": (*GROUND, "grading.judging"),
    **dict.fromkeys(("desk.install", "desk.renew"), (*GROUND, "desk", "desk.merge", "grading.course")),
    "desk.receipt": (*GROUND, "grading.course"),
    "desk.hand_in": (*GROUND, "desk", "desk.receipt", "grading.course", "grading.judging", "quiz"),
    "commands": (
        *(*GROUND, "checks", "course_utils", "data", "engine", "grading", "grading.class_run", "grading.course"),
        *(
            "grading.gradebook",
            "grading.judging",
            "grading.platforms",
            "desk",
            *("desk.hand_in", "desk.install", "desk.renew"),
            "handout",
            "quiz",
            "sandbox.outside",
            "sandbox.protocol",
            "site",
            "training",
            "translating",
        ),
    ),
    "__main__": ("commands", "installation"),
}

# Modules without a test file of their own, and why.
UNTESTED = {
    "grading.export": "an alias for old course folders",
    "grading.preprocessor": "an alias for old course folders",
    "grading.safehtml": "an alias for old course folders",
    "grading.sanitize": "an alias for old course folders",
    "site.conf": "Sphinx's settings, which building the site tests",
}
TESTS_THESE_RULES = "tests/test_style.py"  # and not course_utils/style.py

TENSOR_ROOMS = ("course_utils/engine", "course_utils/equations/evaluate.py")
MAKES_TENSORS = {
    *("mm", "matmul", "bmm", "addmm", "linear", "embedding", "lookup_rows", "cat", "stack", "index_select"),
    *("empty", "zeros", "ones", "empty_like", "zeros_like", "ones_like", "new_empty", "new_zeros", "new_ones"),
    *("view", "view_as", "reshape", "flatten", "unflatten", "unsqueeze", "transpose", "expand", "expand_as"),
    *("split_with_sizes_copy", "index_add_", "broadcast_tensors"),
}
DOCUMENTED_BY_TORCH = ("forward", "backward")  # of an autograd Function, whose docstring is its class's
DIMENSION = r"[\w…]+(?:\s?[*+·-]\s?[\w…]+)*"
SHAPE = re.compile(rf"#.*\((?:{DIMENSION}(?:, {DIMENSION})*,?)?\)")  # such as: # (T, B, V) -> (T*B, V)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parsed(path: Path) -> ast.Module:
    """The file as a syntax tree."""
    return _tree(path.read_text(encoding="utf-8"))


_tree = cache(ast.parse)


def python_files(root: Path, *folders: str) -> list[Path]:
    """The .py files below some folders (or files) of the root, in order."""
    places = [root / folder for folder in folders]
    return sorted(path for place in places for path in ([place] if place.is_file() else place.rglob("*.py")))


def modules(root: Path) -> dict[str, Path]:
    """Name below course_utils -> file: "equations.mistakes.edit"; a folder's __init__ has the folder's name."""
    package = root / "course_utils"
    named = {path.relative_to(package).with_suffix("").parts: path for path in python_files(root, "course_utils")}
    names = {".".join(parts).removesuffix("__init__").rstrip("."): path for parts, path in named.items()}
    return {name or "course_utils": path for name, path in names.items()}


def too_long(root: Path) -> Iterator[str]:
    """Functions, classes and files over their numbers of lines; a docstring does not count for its function."""
    for path in python_files(root, "course_utils", "benchmarks", "tests"):
        name, is_test = path.relative_to(root), path.is_relative_to(root / "tests")
        if "tampering" in path.parts or "answers" in path.parts:  # what students hand in, as data
            continue
        lines, most = len(path.read_text(encoding="utf-8").splitlines()), TEST_FILE if is_test else FILE
        if lines > most:
            yield f"{name}:1: {lines} lines, at most {most}: split it by what its parts do"
        for node in ast.walk(parsed(path)):
            limit = CLASS if isinstance(node, ast.ClassDef) else FUNCTION
            if isinstance(node, Function | ast.ClassDef) and (lines := _lines(node)) > limit:
                yield f"{name}:{node.lineno}: {node.name} has {lines} lines, at most {limit}: take a part of it out"


def _lines(node: ast.stmt) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    return lines - _lines(node.body[0]) if isinstance(node, Function) and ast.get_docstring(node) else lines


def imports(root: Path) -> Iterator[tuple[str, str, str]]:
    """(importing module, imported module, file:line), wherever the import stands: in a function or a condition too."""
    known = modules(root)
    for importing, path in known.items():
        for node in ast.walk(parsed(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{name}" for name in names]
            for name in names:
                if name.partition(".")[0] == "course_utils":
                    yield importing, _module_of(name, known), f"{path.relative_to(root)}:{node.lineno}"


def _module_of(name: str, known: dict[str, Path]) -> str:
    """The module that `course_utils.a.b.name` is, or is a name of."""
    below = name.removeprefix("course_utils.")
    return next(module for module in (below, below.rpartition(".")[0], "course_utils") if module in known)


def relative_imports(root: Path) -> Iterator[str]:
    """Imports by dots."""
    for path in python_files(root, "course_utils"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.level:
                yield f"{path.relative_to(root)}:{node.lineno}: a relative import: write it from course_utils on"


def upward_imports(root: Path, arrows: dict[str, tuple[str, ...]] = ARROWS) -> Iterator[str]:
    """Imports that no arrow allows."""
    for name, path in modules(root).items():
        if place_of(name, arrows) is None and path.name != "__init__.py":
            yield f"{path.relative_to(root)}:1: {name} has no place: name its room in ARROWS, and what it may import"
    for importing, imported, where in imports(root):
        here, there = place_of(importing, arrows), place_of(imported, arrows)
        is_face = imported.startswith(f"{importing}.")  # a folder's __init__
        if here is not None and here != there and not is_face and there not in arrows[here]:
            yield f"{where}: {here} may not import {imported}: move what both need downwards, or what needs it upwards"


def place_of(module: str, arrows: dict[str, tuple[str, ...]]) -> str | None:
    """The longest name in the table that the module is, or lies in."""
    return max((name for name in arrows if f"{module}.".startswith(f"{name}.")), key=len, default=None)


def circles(root: Path) -> Iterator[str]:
    """Modules that import each other, directly or over others."""
    graph: dict[str, dict[str, str]] = {name: {} for name in modules(root)}
    for importing, imported, where in imports(root):
        graph[importing].setdefault(imported, where)
    while outer := [name for name in graph if not graph[name].keys() & graph.keys() or not _importers(name, graph)]:
        for name in outer:  # that imports nothing which is left, or is imported by nothing
            del graph[name]
    for name, imported in graph.items():
        for other in imported.keys() & graph.keys():
            yield f"{imported[other]}: {name} and {other} are in a circle: move what both need into a third module"


def _importers(name: str, graph: dict[str, dict[str, str]]) -> list[str]:
    return [other for other, imported in graph.items() if name in imported]


def untested(root: Path) -> Iterator[str]:
    """Modules without a test file of their name, `test_B.py` or `test_B_what.py`."""
    for name, path in modules(root).items():
        if path.name == "__init__.py" or name in UNTESTED:
            continue
        folder, test = root / "tests" / Path(*name.split(".")[:-1]), f"test_{path.stem}"
        if not {*folder.glob(f"{test}.py"), *folder.glob(f"{test}_*.py")} - {root / TESTS_THESE_RULES}:
            yield f"{path.relative_to(root)}:1: no tests: write {(folder / test).relative_to(root)}.py"


def undocumented(root: Path) -> Iterator[str]:
    """Public modules, classes, functions and methods without a docstring."""
    for path in python_files(root, "course_utils"):
        name, tree = path.relative_to(root), parsed(path)
        if ast.get_docstring(tree) is None:
            yield f"{name}:1: the module has no docstring: say in a line what it is for"
        for node in _public(tree):
            if ast.get_docstring(node) is None:
                yield f"{name}:{node.lineno}: {node.name} has no docstring: say in a line what it is for"


def _public(module: ast.Module) -> Iterator[Function | ast.ClassDef]:
    classes = {node.name: node for node in module.body if isinstance(node, ast.ClassDef)}
    for node in module.body:
        if isinstance(node, Function) and any(ast.unparse(one) == "overload" for one in node.decorator_list):
            continue  # the function itself has the docstring
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            inherited = _documented_bases(node, classes) if isinstance(node, ast.ClassDef) else set()
            for method in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(method, Function) and not method.name.startswith("_") and method.name not in inherited:
                    yield method


def _documented_bases(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> set[str]:
    """Methods whose docstring stands in a base class of the same file, or in torch's."""
    bases = [classes[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in classes]
    methods = [method for base in bases for method in base.body if isinstance(method, Function)]
    return {method.name for method in methods if ast.get_docstring(method)} | set(DOCUMENTED_BY_TORCH)


def shapeless(root: Path) -> Iterator[str]:
    """Assignments and returns of the engine and the evaluator that make a tensor and do not say its shape."""
    for path in python_files(root, *TENSOR_ROOMS):
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return) and _makes_a_tensor(node):
                text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                if not SHAPE.search(text):
                    name = path.relative_to(root)
                    yield f"{name}:{node.lineno}: a tensor without its shape: end the line in # (B, H)"


def _makes_a_tensor(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    for node in ast.walk(value) if value is not None else ():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return True
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in MAKES_TENSORS:
            return True
    return False
