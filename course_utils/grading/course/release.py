"""`source/` to `release/`: what students get, made by nbgrader's GenerateAssignment."""

from __future__ import annotations

import hashlib
import shutil
from copy import deepcopy
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import GenerateAssignment

from course_utils.errors import CourseError
from course_utils.filesystem import CHAPTERS, folder_names, replace_folder, workspace
from course_utils.grading.course.assignment_spec import NotebookSpec, with_released
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.gradebook_copy import require_not_lost
from course_utils.grading.course.gradebook_file import gradebook_fault, require_gradebook
from course_utils.grading.course.language import ENGLISH, in_language, source_notebook, stubs
from course_utils.grading.course.nbgrader_convert import ConversionError, convert
from course_utils.grading.course.notebook_file import NotebookFileError, read_notebook
from course_utils.quiz.bank import QUESTIONS_FILE, Bank
from course_utils.quiz.build import bank_path, has_place, put_questions, questions_json, read_bank
from course_utils.translation import say, to_say

RESERVED = to_say(
    "an assignment cannot be named {name}: students have their copies of the chapters in work/{name}/; "
    "take another name"
)
OTHER_CELLS = to_say(
    "source/{name} has other cells than the gradebook, which has submissions of it; undo that, or forget its grades "
    "with `nbgrader db assignment remove {name} --force` and grade again: that removes the due date, and all points "
    "and comments for {name}, those by hand too"
)
OTHER_QUESTIONS = to_say(
    "source/{name} has other cells than the gradebook, which has submissions of it; undo that (a question that turned "
    "out faulty stays in `graded`, with `dropped: true` or `key: [2, 3]`), or forget its grades with `nbgrader db "
    "assignment remove {name} --force` and grade again: that removes the due date, and all points and comments for "
    "{name}, those by hand too"
)


def build(course: CourseFolder, release: Path | None = None) -> list[str]:
    """Make every assignment of `source/` into `release` (by default the course's own), and return their names.

    An assignment's old folder is replaced in one step when the new one is complete. The course's gradebook is not
    touched. The same source gives the same bytes.

    Raises: CourseError when there is nothing to build, or naming the assignment that does not build, or whose name is
    reserved.
    """
    names = _assignments(course)
    with workspace() as temporary:
        for name in names:
            _generate_alone(course, name, temporary)
        for name in names:
            replace_folder(temporary / "release" / name, (release or course.release) / name)
    return names


def outdated(course: CourseFolder, names: list[str] | None = None) -> list[str]:
    """What in `release/` is not what `source/` gives now, one line per file; empty when it is up to date.

    With `names`, only those assignments have to be there.
    """
    known = _assignments(course)
    with workspace() as temporary:
        for name in known:
            if names is None or name in names:
                _generate_alone(course, name, temporary)
        return stale_files(temporary / "release", course)


def stale_files(made: Path, course: CourseFolder) -> list[str]:
    """What in `release/` differs from what was just built into the folder `made`, one line per file."""
    known = course.assignments()
    orphans = [name for name in folder_names(course.release) if name not in known]
    hint = to_say(
        "release/{name} has no source/{name}; delete that folder of release/ if it is no longer wanted; no grade or "
        "submission is in it"
    )
    return _compare(_files(made), _files(course.release)) + [say(hint, name=name) for name in orphans]


def register(course: CourseFolder, assignment: str) -> None:
    """Make the course's gradebook know the assignment as `source/` has it now. `release/` is not touched.

    Raises: CourseError when the source does not build, when its graded cells are no longer those that submissions were
    graded by, or when the gradebook cannot be used.
    """
    with workspace() as temporary:
        _generate_registered(course, assignment, temporary)


def release_for_nbgrader(converter: GenerateAssignment) -> None:
    """Do what nbgrader's own generator was started for, by its command or the formgrader's button, as `build` does it.

    The gradebook learns the assignment's cells, unless the command says `--no-db`. The generator is left nothing to do.

    Raises: CourseError as `register` does; the folder in `release/` is then as it was.
    """
    directory, config = converter.coursedir, deepcopy(converter.config)
    config.CourseDirectory.db_url = directory.db_url
    course = CourseFolder(Path(directory.root), config)
    generate = _generate_alone if converter.no_database else _generate_registered
    for name in sorted(Path(folder).name for folder in converter.assignments):
        with workspace() as temporary:
            generate(course, name, temporary)
            replace_folder(temporary / "release" / name, course.release / name)
    converter.assignments = {}


def released_specs(
    source: Path, assignment: str, specs: dict[str, NotebookSpec], language: str = ENGLISH
) -> dict[str, NotebookSpec]:
    """The notebooks as the gradebook knows them, with the texts and pictures of `source/` that it does not keep."""
    bank_file = bank_path(source, assignment)
    full = {}
    for name, spec in specs.items():
        try:
            notebook = source_notebook(source / assignment / f"{name}.ipynb", language)
            if bank_file.exists() and has_place(notebook):
                put_questions(notebook, read_bank(bank_file), language)
            full[name] = with_released(spec, notebook)
        except NotebookFileError:
            full[name] = spec  # nbgrader's own command builds `source/`, and says what is wrong with it
    return full


def _assignments(course: CourseFolder) -> list[str]:
    names = course.assignments()
    if not names:
        raise CourseError(say("nothing to build: {folder} has no folder with a notebook in it", folder=course.source))
    if CHAPTERS in names:
        raise CourseError(say(RESERVED, name=CHAPTERS))
    return names


def _generate_alone(course: CourseFolder, name: str, temporary: Path) -> None:
    """Generate with a gradebook of its own, so that building leaves no trace in the course's."""
    directory = course.nbgrader(temporary)
    directory.db_url = "sqlite:///" + (temporary / "gradebook.db").as_posix()
    try:
        _generate(course, name, temporary, directory)
    except ConversionError as error:
        raise _not_built(name, error) from error


def _generate_registered(course: CourseFolder, name: str, temporary: Path) -> None:
    """Generate with the course's own gradebook, which then knows the cells."""
    directory = course.nbgrader(temporary)
    require_not_lost(course.root, directory.db_url)
    require_gradebook(directory.db_url)
    try:
        _generate(course, name, temporary, directory)
    except ConversionError as error:
        fault = gradebook_fault(error.__cause__, directory.db_url)
        if fault:
            raise CourseError(fault) from error
        if "submissions associated" not in str(error):
            raise _not_built(name, error) from error
        message = OTHER_QUESTIONS if bank_path(course.source, name).exists() else OTHER_CELLS
        raise CourseError(say(message, name=name)) from error


def _generate(course: CourseFolder, name: str, temporary: Path, directory) -> None:
    made_from = temporary / "source" / name
    shutil.copytree(course.source / name, made_from, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"))
    _prepare(made_from, name, course)
    bank_file = bank_path(course.source, name)
    config = deepcopy(directory.config)
    if course.language != ENGLISH:
        config.ClearSolutions.text_stub, code = stubs(course.language)
        config.ClearSolutions.code_stub = {"python": code}
    config.GenerateAssignment.exporter_class = NotebookExporter  # in the settings stands the one that calls all this
    if bank_file.exists():
        _put_quiz(made_from, name, read_bank(bank_file), course.language)
        config.ClearSolutions.code_stub = {
            "python": ""
        }  # a student who only clicks leaves `answers` as it is: it must run
    directory.assignment_id = name
    convert(GenerateAssignment, directory, config)
    for notebook in (temporary / "release" / name).glob("*.ipynb"):
        notebook.write_bytes(notebook.read_bytes().replace(b"\r\n", b"\n"))  # the same bytes on Windows


def _prepare(folder: Path, name: str, course: CourseFolder) -> None:
    """Check the notebooks, translate them, and give every cell an id that depends on nothing but the cell's place.

    Without one, nbformat draws a random id in every build.
    """
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise CourseError(say("source/{name} has no notebook; expected source/{name}/{name}.ipynb", name=name))
    for path in notebooks:
        raw = path.read_text(encoding="utf-8-sig", errors="replace")
        try:
            notebook = read_notebook(path)
        except NotebookFileError as error:
            raise CourseError(f"source/{name}: {error}") from error
        if notebook.nbformat_minor < 5:
            notebook.nbformat_minor = 5
        for index, cell in enumerate(notebook.cells):
            if f'"{cell.get("id")}"' not in raw:
                cell.id = hashlib.sha256(f"{path.stem} {index}".encode()).hexdigest()[:8]
        notebook = in_language(notebook, course.source / name / path.name, course.language)
        nbformat.write(notebook, path)


def _put_quiz(folder: Path, name: str, bank: Bank, language: str) -> None:
    """Put the questions that are asked into the notebook that has a place for them, and beside it for the buttons."""
    places = {path: notebook for path in folder.glob("*.ipynb") if has_place(notebook := read_notebook(path))}
    if len(places) != 1:
        raise CourseError(
            say(
                "source/{name}: expected one notebook with a cell tagged quiz-questions, got {count}",
                name=name,
                count=len(places),
            )
        )
    ((path, notebook),) = places.items()
    put_questions(notebook, bank, language)
    nbformat.write(notebook, path)
    (folder / QUESTIONS_FILE).write_bytes(questions_json(bank).encode())


def _not_built(name: str, error: ConversionError) -> CourseError:
    return CourseError(say("source/{name} does not build: {reason}", name=name, reason=error))


def _files(folder: Path) -> dict[str, bytes]:
    wanted = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in wanted}
    return {name: named[name].read_bytes() for name in sorted(named) if not _ignored(name)}


def _ignored(name: str) -> bool:
    return any(part in (".ipynb_checkpoints", "__pycache__") for part in name.split("/"))


def _compare(made: dict[str, bytes], present: dict[str, bytes]) -> list[str]:
    """One line for each file that is missing, superfluous or different, in the assignments that were made."""
    lines = []
    assignments = {name.split("/")[0] for name in made}
    for name in sorted(made.keys() | {name for name in present if name.split("/")[0] in assignments}):
        if name not in present:
            lines.append(say("release/{name} is missing", name=name))
        elif name not in made:
            lines.append(say("release/{name} does not come from source/", name=name))
        elif made[name] != present[name]:
            lines.append(say("release/{name} differs from what source/ gives", name=name))
    return lines
