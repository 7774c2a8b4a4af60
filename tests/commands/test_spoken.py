"""In Chinese, help and errors of the command line have no English words; in English they are typer's own."""

from __future__ import annotations

import re

import pytest

from course_utils.commands.cli import main
from course_utils.commands.words import app, name_of
from course_utils.translation import speaking

NAMES = {"Canvas", "Ctrl", "Europe", "JupyterLab", "Linux", "Moodle", "Vienna", "bubblewrap", "canvas", "course",
         "dask", "exchange", "folder", "formgrader", "git", "gru", "language", "moodle", "nbgrader", "new", "none",
         "pytest", "test", "zh", "zip"}  # fmt: skip


def english(text: str) -> set[str]:
    """The Latin words that are no options, places, code or names."""
    code = r"`[^`]*`|[\w-]*-[\w-]+|\w*\d\w*|\S*/\S*|\S*://\S*|\b[A-Z]+(?:=\w+)?\b|'[^']*'"
    return (
        set(re.findall(r"[A-Za-z]{2,}", re.sub(code, " ", text)))
        - set(NAMES)
        - set(map(name_of, app.registered_commands))
    )


def shown(capsys, *arguments: str) -> tuple[int, str]:
    with speaking("zh"):
        code = main([*arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.parametrize("command", ["", *map(name_of, app.registered_commands)])
def test_the_help_of_each_command_is_chinese_and_fits_into_a_terminal(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, text = shown(capsys, *filter(None, [command]), "--help")
    assert code == 0 and "用法：" in text and "显示这份帮助。" in text
    table = r"[│╭╰─].*?(?:<\w+>|\[x>=\d\])|[│╭╰╮╯─*]"
    assert english(re.sub(table, " ", text)) == set()
    assert "…" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("chek", "没有 'chek' 这个命令。你要的是 'check' 吗？"),
        ("nonsense", "没有 'nonsense' 这个命令。"),
        ("grade", "缺少参数 'ASSIGNMENT'。"),
        ("grade gru --cours x", "没有 --cours 这个选项（可用的选项：--course, --workers）"),
        ("build --nonsense", "没有 --nonsense 这个选项"),
        ("grade gru --workers", "选项 '--workers' 后面要写一个值。"),
        ("grade gru --workers x", "'--workers' 的值不对：应为整数"),
        ("grade gru --workers 0", "'--workers' 的值不对：应大于或等于 1"),
        ("extend gru ada --days x", "'--days' 的值不对：应为数字"),
        ("grade gru more", "多余的参数（more）"),
        ("grade gru --force=3", "选项 '--force' 后面不能写值。"),
    ],
)
def test_wrong_usage_is_said_in_chinese(arguments, said, capsys):
    assert shown(capsys, *arguments.split()) == (2, f"course: {said}\n")


def test_after_chinese_the_same_process_speaks_english_again(capsys):
    shown(capsys, "check", "--help")
    assert main(["check", "--help"]) == 0
    text = capsys.readouterr().out
    assert all(
        word in text for word in ("Usage: course check", "Arguments", "[required]", "Show this message and exit.")
    )
    assert "[default: 0]" in text and not re.search("[\u4e00-\u9fff]", text)
    assert main(["grade", "gru", "--workers", "x"]) == 2
    assert capsys.readouterr().err.startswith("course: Invalid value for '--workers': Input should be a valid integer")
