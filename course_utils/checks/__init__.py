"""Checks: what a student's function is asked, how the answer is compared, and which mistake explains it.

A name's module is loaded at its first use: a quiz needs neither torch nor the equations.
"""

from importlib import import_module

_MODULES = {
    "notebook": ("CheckFailed", "check", "hint"),
    "tasks": ("EXERCISES", "TASKS", "Task", "find_task"),
    "verdict": ("Criterion", "Verdict"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
