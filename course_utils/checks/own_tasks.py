"""Networks and tasks of one's own: `course_tasks.py`, beside the notebook in `source/NAME/` and so in `release/NAME/`.

The file is the instructor's, and is run where it is read, outside the sandbox. So it is read from the assignment, and
never from what was handed in; only a student's own kernel takes the copy in the notebook's folder.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType

from course_utils.checks.cases import draw_cases
from course_utils.checks.tasks import PUBLIC_SEED, TASKS, Task, tasks_of
from course_utils.equations.network import Network
from course_utils.equations.networks import NETWORKS
from course_utils.errors import CourseError
from course_utils.text import one_line
from course_utils.translation import say, to_say

FILE = "course_tasks.py"
TASK_NAME = re.compile(r"(?!quiz\.|exercise\.)[a-z]\w*\.\w+")


def own_tasks(files: Mapping[str, bytes]) -> dict[str, Task]:
    """Name -> task, of the file among the `files` of an assignment; empty without it.

    Of each network in it come the five tasks that the course's networks have; a `Task` in it is one as it stands.
    Raises CourseError, with the line, when it does not load or its names are taken.
    """
    if FILE not in files:
        return {}
    try:
        return _tasks_in(files[FILE].decode("utf-8-sig"))
    except CourseError:
        raise
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
        if lines:
            where = to_say("{file}, line {line} does not load: {error}")
            raise CourseError(say(where, file=FILE, line=lines[-1], error=one_line(error))) from error
        raise CourseError(say("{file} does not load: {error}", file=FILE, error=one_line(error))) from error


@cache
def _tasks_in(text: str) -> dict[str, Task]:
    module = ModuleType("course_tasks")
    exec(compile(text, FILE, "exec"), vars(module))
    values = list(vars(module).values())
    tasks = [value for value in values if isinstance(value, Task) and value not in TASKS.values()]
    networks = [value for value in values if isinstance(value, Network) and value not in NETWORKS.values()]
    asked = {network for task in tasks for network in task.networks}
    taken = {name.partition(".")[0] for name in TASKS}
    for network in networks:
        if network.name not in taken:
            draw_cases((network,) * 3, PUBLIC_SEED)[0].reference()  # or every student would meet what is wrong in it
            tasks += tasks_of(network, network, network)
        elif network not in asked:
            taken_name = to_say("{file}: the course has a network called {name}; give yours another name")
            raise CourseError(say(taken_name, file=FILE, name=repr(network.name)))
    return dict(_named(tasks))


def _named(tasks: list[Task]) -> Iterator[tuple[str, Task]]:
    for task in tasks:
        if not TASK_NAME.fullmatch(task.name) or task.name in TASKS:
            called = to_say("{file}: a task cannot be called {name}; expected a new name, such as 'mgu.forward'")
            raise CourseError(say(called, file=FILE, name=repr(task.name)))
        yield task.name, task
