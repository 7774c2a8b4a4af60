"""From a platform's zip to `submitted/STUDENT/ASSIGNMENT/`: one odd file costs only itself, and nobody is guessed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.filesystem import folder_names, replace_folder, workspace, write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.submission import MAX_FILES, MAX_TOTAL, OF_NBGRADER, TIMESTAMP
from course_utils.grading.course.times import AmbiguousTime, parse_time
from course_utils.grading.platforms.archive import Archive, ArchiveFile, Refused, open_archive
from course_utils.grading.platforms.file_names import Origin, is_typed_on_canvas, origin_of, without_number
from course_utils.grading.platforms.hand_ins import files_of
from course_utils.grading.platforms.roster import Roster, read_roster
from course_utils.grading.platforms.worksheet import Worksheet, kept_worksheet, read_worksheet
from course_utils.sandbox.protocol.limits import MEBI
from course_utils.text import tidy
from course_utils.translation import say, to_say


@dataclass(frozen=True)
class Collected:
    """What is known of where a student's submission came from, and how feedback goes back to it."""

    platform: str
    number: str
    prefix: str
    is_late: bool = False


@dataclass
class _Package:
    """The files of one student, path in the archive -> file, and what the path says."""

    origin: Origin
    files: dict[str, ArchiveFile] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    handed_in: tuple[str, str] = ("", "")  # the newest hand-in of `course submit`: its time, and its path

    def add(self, file: ArchiveFile, origin: Origin) -> None:
        """Take a file; in place of a hand-in its files, and of several hand-ins those of the newest."""
        found = files_of(file)
        if found is None:
            self.files[file.path], self.origins[file.path] = file, origin
            return
        if (found[0], file.path) < self.handed_in:
            return
        before = f"{self.handed_in[1]}/"
        self.files = {path: known for path, known in self.files.items() if not path.startswith(before)}
        self.handed_in = (found[0], file.path)
        for inner in found[1]:
            path = f"{file.path}/{inner.path}"
            self.files[path], self.origins[path] = inner, replace(origin, file=inner.path)


@dataclass
class Collection:
    """What a collection has done. The lists are of students, or of sentences that name a file."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    newly_timed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    untimed: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    time_note: str = ""


def collect(
    course: CourseFolder, assignment: str, path: Path, worksheet: Path | None = None, zone: str | None = None
) -> Collection:
    """Put what is in the zip, or in its folder, into `submitted/`; what is there already and the same stays.

    A version that is replaced goes to `downloaded/ASSIGNMENT/earlier/STUDENT/`; one that has a notebook of the
    assignment which the new one lacks is not replaced. worksheet: Moodle's grading worksheet,
    which says whose number is whose, and when each handed in; zone: that of the times in the zip and in the worksheet.

    Raises UsageError for a file that is no zip or no worksheet, an unknown zone; CourseError when nothing fits, or all
    notebooks are those of another assignment.
    """
    course.require(assignment)
    if zone:
        _require_zone(zone)
    sheet = read_worksheet(worksheet) if worksheet else kept_worksheet(course, assignment, None)
    with open_archive(path) as archive:
        work = _Work(course, assignment, read_roster(course), sheet, zone)
        work.sort(archive)
        if not work.packages:
            reasons = "; ".join(work.done.not_understood[:3]) or say("it is empty")
            raise CourseError(
                say("nothing in {file} is known as a submission: {reasons}", file=path.name, reasons=reasons)
            )
        work.refuse_another_assignment(path)
        kept_worksheet(course, assignment, worksheet)
        work.times_are_known = archive.has_upload_times
        for student in sorted(work.packages):
            work.put(student, work.packages[student], worksheet is not None)
    save_collected(course, assignment, work.collected)
    work.done.missing = sorted(
        student for student in work.roster.people if not (course.submitted / student / assignment).is_dir()
    )
    return work.done


class _Work:
    """One collection at work."""

    def __init__(
        self, course: CourseFolder, assignment: str, roster: Roster, sheet: Worksheet | None, zone: str | None
    ) -> None:
        self.course, self.assignment, self.roster, self.sheet, self.zone = course, assignment, roster, sheet, zone
        self.notebooks = {path.name for path in (course.source / assignment).glob("*.ipynb")}
        self.wanted = self.notebooks | {"quiz_answers.json"}
        self.packages: dict[str, _Package] = {}
        self.collected = load_collected(course, assignment)
        self.times_are_known = False
        self.done = Collection()

    def sort(self, archive: Archive) -> None:
        """Find whose each file is."""
        self.done.not_understood += archive.refused
        owners: dict[tuple[str, str], tuple[str, str]] = {}
        for file in archive.files:
            origin = origin_of(file.path) or self._plain_origin(file.path)
            if origin is None:
                reason = (
                    say("was typed on Canvas: no file")
                    if is_typed_on_canvas(file.path)
                    else say("does not say whose it is")
                )
                self.done.not_understood.append(f"{tidy(file.path)} {reason}")
                continue
            key = (origin.number, origin.person)
            if key not in owners:
                owners[key] = self._student(origin)
                if owners[key][1]:
                    self.done.not_understood.append(f"{tidy(file.path)}: {owners[key][1]}")
            if owners[key][0]:
                self.packages.setdefault(owners[key][0], _Package(origin)).add(file, origin)
        self._refuse_double(owners)

    def _plain_origin(self, path: str) -> Origin | None:
        """`ada/gru.ipynb`, `…/ada/gru/gru.ipynb`: folders that are named as students are."""
        parts = path.split("/")
        for place, part in enumerate(parts[:-1]):
            if part in self.roster.people or self.roster.named(part):
                below = parts[place + 1 :]
                below = below[1:] if below[0] == self.assignment and len(below) > 1 else below
                return Origin("folder", part, part, "/".join(below), "/".join(parts[: place + 1]) + "/")
        return None

    def _student(self, origin: Origin) -> tuple[str, str]:
        """(the student, why there is none)."""
        if origin.platform == "canvas":
            if not self.roster.people:
                return origin.number, ""
            people = self.roster.matching({("id", origin.number)})
            what = say("Canvas's number {number}", number=origin.number)
        else:
            people = self.sheet.people(self.roster, origin.number) if self.sheet else []
            known = self.roster.people.get(origin.person)
            people = people or ([known] if known else self.roster.named(origin.person))
            what = say("the name {name}", name=tidy(origin.person, 60))
        if len(people) == 1:
            return people[0].student, ""
        if people:
            return "", say(
                "{students} have {what}: add --worksheet FILE",
                students=say(" and ").join(person.student for person in people),
                what=what,
            )
        return "", say(
            "nobody in the roster has {what}: import a newer list, and collect again: {run}",
            what=what, run=self.course.command("roster FILE"),
        )  # fmt: skip

    def _refuse_double(self, owners: dict[tuple[str, str], tuple[str, str]]) -> None:
        """Two participants of a zip who fit one student: neither is taken for it."""
        students = [student for student, _ in owners.values() if student]
        for student in sorted({student for student in students if students.count(student) > 1}):
            names = say(" and ").join(
                f"{person} ({number})" for (number, person), owner in owners.items() if owner[0] == student
            )
            self.done.not_understood.append(
                say("{files} both fit {student}: add --worksheet FILE", files=tidy(names), student=student)
            )
            del self.packages[student]

    def refuse_another_assignment(self, path: Path) -> None:
        """Raises CourseError where there are notebooks, and none is one of this assignment."""
        wanted = sorted(self.notebooks)
        origins = (origin for package in self.packages.values() for origin in package.origins.values())
        there = sorted({name for origin in origins if (name := origin.file.rpartition("/")[2]).endswith(".ipynb")})
        stems = tuple(name.removesuffix(".ipynb") for name in wanted)  # a browser's gru (1).ipynb is gru's, too
        if wanted and there and not any(name.startswith(stems) for name in there):
            has = ", ".join(tidy(name, 60) for name in there[:3]) + (" …" if len(there) > 3 else "")
            raise CourseError(
                say(
                    "no file in {file} is a notebook of {assignment}; it has {has}: is it the zip of "
                    "another assignment? Expected {wanted}; nothing was changed",
                    file=path.name,
                    assignment=self.assignment,
                    has=has,
                    wanted=say(" or ").join(wanted),
                )
            )

    def put(self, student: str, package: _Package, is_fresh: bool) -> None:
        """Write the student's folder, when it is another than the one that is there."""
        contents, newest = self._contents(student, package)
        if not contents:
            return
        time = self._time(package.origin, newest, is_fresh)
        target = self.course.submitted / student / self.assignment
        before = _contents_of(target)
        files = {name: content for name, content in before.items() if name not in OF_NBGRADER}
        lost = self.notebooks & files.keys() - contents.keys()
        if lost:
            self.done.kept.append(say("{student} (no {cells})", student=student, cells=", ".join(sorted(lost))))
            return
        is_same, known = files == contents, before.get(TIMESTAMP, b"")
        stamp = known if is_same and known and not self.zone else f"{time}\n".encode() if time else b""
        self._note(student, package, contents, bool(stamp))
        if is_same:
            self.done.same.append(student)
        if is_same and stamp == known:
            return
        if before and not is_same:
            earlier = self.course.root / "downloaded" / self.assignment / "earlier" / student
            replace_folder(target, earlier / f"{len(folder_names(earlier)) + 1:03}")
        try:
            _write(target, {**contents, **({TIMESTAMP: stamp} if stamp else {})})
        except (OSError, UnicodeError) as error:
            self.done.not_understood.append(
                say("{student}: its files cannot be written: {reason}", student=student, reason=tidy(str(error)))
            )
            return
        if stamp and stamp != known:
            self.done.newly_timed.append(student)
        if not is_same:
            (self.done.changed if before else self.done.new).append(student)

    def _contents(self, student: str, package: _Package) -> tuple[dict[str, bytes], ArchiveFile | None]:
        contents: dict[str, bytes] = {}
        newest: ArchiveFile | None = None
        taken = {origin.file for origin in package.origins.values()}
        for path, file in package.files.items():
            origin = package.origins[path]
            plain = without_number(origin.file, self.wanted) if package.origin.platform == "canvas" else origin.file
            name = plain if plain not in taken else origin.file
            try:
                contents[name] = _taken(name, file, contents)
            except Refused as refusal:
                self.done.not_understood.append(f"{student}: {tidy(name)} {refusal}")
                continue
            newest = max(filter(None, (newest, file)), key=lambda each: each.time or each.local_time or datetime.min)
            if name in self.notebooks:
                package.origin = origin  # Canvas takes feedback by the number of an upload
        return contents, newest

    def _time(self, origin: Origin, newest: ArchiveFile | None, is_fresh: bool) -> str:
        """When the student handed in, as timestamp.txt says it; "" where nobody knows."""
        if self.sheet and is_fresh and self.zone and (said := self.sheet.handed_in_at(origin.number)):
            return _in_utc(said, self.zone)
        if newest is None or origin.platform == "canvas" or not self.times_are_known:
            return ""
        if newest.time:
            return f"{newest.time} UTC"
        return _in_utc(str(newest.local_time), self.zone) if self.zone and newest.local_time else ""

    def _note(self, student: str, package: _Package, contents: Iterable[str], is_timed: bool) -> None:
        origin = package.origin
        is_late = any(each.is_late for each in package.origins.values())
        self.collected[student] = Collected(origin.platform, origin.number, origin.prefix, is_late)
        odd = [name for name in contents if name not in self.wanted]
        if odd:
            self.done.beside.append(f"{student}: {', '.join(map(tidy, sorted(odd)))}")
        if is_late:
            self.done.late.append(student)
        if not is_timed:
            self.done.untimed.append(student)


def _require_zone(zone: str) -> None:
    try:
        parse_time(f"2026-01-01 12:00 {zone}")
    except AmbiguousTime as error:
        raise CourseError(
            say(
                "no time zone is called {zone}; expected the platform's --zone, such as Europe/Vienna",
                zone=repr(tidy(zone, 60)),
            )
        ) from error


def _in_utc(local: str, zone: str) -> str:
    try:
        return f"{parse_time(f'{local} {zone}')} UTC"
    except AmbiguousTime as error:
        raise CourseError(
            say("{reason}; --zone is the platform's time zone, such as Europe/Vienna", reason=error)
        ) from error


def _taken(name: str, file: ArchiveFile, contents: Mapping[str, bytes]) -> bytes:
    """The content of a student's file, beside the others. Raises Refused."""
    if name in OF_NBGRADER:
        raise Refused(say("has a name that nbgrader itself uses"))
    content = file.content()
    if len(contents) >= MAX_FILES or sum(map(len, contents.values())) + len(content) > MAX_TOTAL:
        too_much = to_say("is more than {count} files or {size} MiB of one student")
        raise Refused(say(too_much, count=MAX_FILES, size=MAX_TOTAL // MEBI))
    return content


def _contents_of(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    files = (Path(root, name) for root, _, names in os.walk(folder) for name in names)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files if not file.is_symlink()}


def _write(target: Path, contents: dict[str, bytes]) -> None:
    with workspace() as made:
        for name, content in contents.items():
            path = made / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        replace_folder(made / "files", target)


def load_collected(course: CourseFolder, assignment: str) -> dict[str, Collected]:
    """Student -> where the submission came from; empty for one that did not come from a zip."""
    path = _record_path(course, assignment)
    try:
        return {student: Collected(**known) for student, known in json.loads(path.read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError) as error:
        raise CourseError(
            say("{file} is damaged: move it away, and collect again from the platform's zip", file=path)
        ) from error


def save_collected(course: CourseFolder, assignment: str, collected: dict[str, Collected]) -> None:
    """Keep it, in one step."""
    known = {student: asdict(each) for student, each in sorted(collected.items())}
    write_atomically(_record_path(course, assignment), json.dumps(known, ensure_ascii=False, indent=1) + "\n")


def _record_path(course: CourseFolder, assignment: str) -> Path:
    return course.root / "downloaded" / assignment / "collected.json"
