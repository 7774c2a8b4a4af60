"""The lyrics that the course's language models learn: where they come from, and their vocabulary."""

import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO
from pathlib import Path, PurePosixPath

from course_utils.translation import say, to_say

LENGTH = 10_000  # characters used, as in the older edition
SHORTEST = 32 * (35 + 1)  # characters: one consecutive minibatch of the course, B = 32, T = 35 and its targets
USUAL_NAME = "jaychou_lyrics.txt"
TITLE = re.compile("《[^》]*》")  # alone on a line
NO_HELD_OUT = to_say(
    "{name} has no held-out text: no line after the first {learnt} of its {length} characters is new and has only "
    "characters of the vocabulary.\nUse a longer text, or the corpus that comes with the course."
)
MISSING = to_say(
    "{name} does not exist.\nCorrect the path, or leave it out (and unset COURSE_LYRICS) for the corpus that comes "
    "with the course."
)
TOO_SHORT = to_say(
    "{name} is too short: {length} characters, while one minibatch (32 rows of 35 steps) needs {needed}.\n"
    "Use a longer text."
)

Corpus = tuple[list[int], dict[str, int], list[str], int]


class CorpusError(ValueError):
    """A lyrics file that cannot be used. The message names the file and says what to do."""


def load_data_jay_lyrics(path: str | os.PathLike | None = None) -> Corpus:
    """The first 10,000 characters of the lyrics as indices, and the vocabulary that reads them.

    With no `path` it looks at `$COURSE_LYRICS`, then for `data/jaychou_lyrics.txt` and
    `data/jaychou_lyrics.txt.zip` in the working directory, then takes the corpus that comes with the course.
    A file is UTF-8 text, or a zip archive that holds such a `.txt`. Every line break character becomes a space. Of the
    course's own corpus, titles of songs (`《…》` alone on a line) and blank lines are left out first.

    Returns `(corpus_indices, char_to_idx, idx_to_char, vocab_size)`: a list of int, a dict, a list of str in
    the order of first appearance (so every run has the same vocabulary), and its length.

    Raises `CorpusError` when the file is missing, empty, not UTF-8, a broken zip, a zip without a `.txt`, or
    too short for one minibatch. Source: the data set of the older edition, "Language Model Dataset".
    """
    text = _learnt_text(*_find(path))[:LENGTH].replace("\n", " ").replace("\r", " ")
    idx_to_char = list(dict.fromkeys(text))
    char_to_idx = {char: i for i, char in enumerate(idx_to_char)}
    return [char_to_idx[char] for char in text], char_to_idx, idx_to_char, len(idx_to_char)


def load_held_out(char_to_idx: Mapping[str, int], path: str | os.PathLike | None = None) -> list[int]:
    """Text that the models do not learn, as indices of their vocabulary: to see how well they do on other songs.

    It consists of the lines after the first 10,000 characters, joined by spaces. Left out are the line in which these
    end, lines that also stand among them, blank lines, and lines with a character that `char_to_idx` does not have. The
    file is found, and its titles are treated, as in `load_data_jay_lyrics`.

    Raises `CorpusError` as `load_data_jay_lyrics` does, and when no line is left.
    """
    source, name = _find(path)
    text = _learnt_text(source, name)
    learnt = set(_lines(text[:LENGTH]))
    after = _lines("\n".join(text[LENGTH - 1 :].splitlines()[1:]))  # without the line that is cut
    held_out = [line for line in after if line not in learnt and char_to_idx.keys() >= set(line)]
    if not held_out:
        raise CorpusError(say(NO_HELD_OUT, name=name, learnt=f"{LENGTH:,}", length=f"{len(text):,}"))
    return [char_to_idx[char] for char in " ".join(held_out) if char in char_to_idx]  # a text may have no space


def load_lyrics_lines(path: str | os.PathLike | None = None, *, titles: bool = True) -> list[str]:
    """All lines of the lyrics, in the order of the file, not only those in the first 10,000 characters.

    The file is found as `load_data_jay_lyrics` finds it. Blank lines, and white space around a line, are left out; with
    `titles=False` titles of songs, `《…》` alone on a line, are left out too.

    Raises `CorpusError` as `load_data_jay_lyrics` does.
    """
    return [line for line in _lines(_text(*_find(path))) if titles or not TITLE.fullmatch(line)]


def _lines(text: str) -> list[str]:
    """The lines that are not blank, without white space around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _learnt_text(source: Path, name: str) -> str:
    """The text of a file as the models learn it, with its line breaks. A file of the user's is taken as it is."""
    text = _text(source, name)
    if source.resolve() != _embedded().resolve():
        return text
    return "\n".join(line for line in _lines(text) if not TITLE.fullmatch(line))


def _embedded() -> Path:
    return Path(str(files("course_utils.data").joinpath("lyrics.txt")))


def _find(path: str | os.PathLike | None) -> tuple[Path, str]:
    """The file to read, and its name in messages."""
    if path is not None:
        return Path(path).expanduser(), say("lyrics file {path}", path=repr(os.fspath(path)))
    if named := os.environ.get("COURSE_LYRICS"):
        return Path(named).expanduser(), say("lyrics file {path} (from $COURSE_LYRICS)", path=repr(named))
    for candidate in (Path("data", USUAL_NAME), Path("data", f"{USUAL_NAME}.zip")):
        if candidate.exists():
            return candidate, say("lyrics file {path} (found in the working directory)", path=repr(str(candidate)))
    return _embedded(), say("the course's own lyrics file {path}", path=repr(str(_embedded())))


def _text(source: Path, name: str) -> str:
    raw = _bytes(source, name)
    if source.name.lower().endswith(".zip") or raw.startswith(b"PK\x03\x04"):
        raw = _unzipped(raw, name)
    try:
        text = raw.decode("utf-8-sig")  # a byte-order mark is no character of the corpus
    except UnicodeDecodeError as error:
        raise CorpusError(
            say(
                "{name} is not UTF-8 text (byte {byte} does not fit).\nSave it again with the encoding UTF-8.",
                name=name,
                byte=error.start,
            )
        ) from error
    return _long_enough(text, name)


def _bytes(source: Path, name: str) -> bytes:
    if source.is_dir():
        raise CorpusError(say("{name} is a directory.\nName the .txt or .zip file itself.", name=name))
    try:
        return source.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError(say(MISSING, name=name)) from error
    except OSError as error:
        reason = {"name": name, "reason": error.strerror}
        raise CorpusError(say("{name} cannot be read: {reason}.\nCheck its permissions.", **reason)) from error


def _unzipped(raw: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            member = _member(archive.namelist())
            if member is None:
                raise CorpusError(
                    say(
                        "{name} holds no .txt file.\nZip the text file {file} and try again.",
                        name=name,
                        file=USUAL_NAME,
                    )
                )
            return archive.read(member)
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as error:
        reason = {"name": name, "reason": error}
        raise CorpusError(
            say("{name} is a broken zip file ({reason}).\nDownload or copy it again.", **reason)
        ) from error
    except (RuntimeError, NotImplementedError) as error:  # a password, or an unknown compression
        cause = {"name": name, "reason": error}
        raise CorpusError(
            say("{name} cannot be unpacked ({reason}).\nUnpack it and name the .txt file.", **cause)
        ) from error


def _member(names: list[str]) -> str | None:
    """The text in an archive; macOS adds `__MACOSX/._name.txt`, which is not text."""
    texts = [PurePosixPath(name) for name in names if name.lower().endswith(".txt")]
    texts = [path for path in texts if not path.name.startswith("._")]
    texts.sort(key=lambda path: path.name != USUAL_NAME)  # stable: the usual name first, the others in their order
    return str(texts[0]) if texts else None


def _long_enough(text: str, name: str) -> str:
    if not text.strip():
        raise CorpusError(
            say("{name} is empty.\nPut the lyrics into it, or leave the path out for the course's own.", name=name)
        )
    if len(text) < SHORTEST:
        raise CorpusError(say(TOO_SHORT, name=name, length=len(text), needed=SHORTEST))
    return text
