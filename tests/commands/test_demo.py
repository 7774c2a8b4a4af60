"""`course demo` trains, builds and grades into demo/; an interrupt ends it wherever it is."""

import pytest

from course_utils.commands import demo
from course_utils.commands.cli import main
from course_utils.commands.demo import run_demo, train
from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.folder import open_course
from course_utils.training.models import RNNModel
from tests.toy_course import make_course, submit


@pytest.fixture
def gru_course(tmp_path, monkeypatch):
    """A course folder with an assignment named gru and two submissions, instead of the repository."""
    course = make_course(tmp_path / "a course", "gru")
    demo._build(demo.Console(quiet=True), course, course.release)
    for student, body in (("right", "return 2 * x"), ("wrong", "return x")):
        submit(course, student, body, assignment="gru")
    course.submitted.rename(course.root / "submitted by the class")
    (course.root / "examples").mkdir()
    (course.root / "submitted by the class").rename(course.root / "examples" / "submitted")
    monkeypatch.setattr(demo, "open_course", lambda: course)
    monkeypatch.setenv("COURSE_QUICK", "1")
    monkeypatch.delenv("COURSE_LYRICS", raising=False)
    return course


@pytest.fixture
def steps(gru_course, monkeypatch):
    """The parts of the demo that were begun after training; they do nothing."""
    begun = []
    monkeypatch.setattr(demo, "_build", lambda *_: begun.append("build"))
    monkeypatch.setattr(demo, "_grade", lambda *_: begun.append("grade") or [])
    return begun


def test_training_leaves_a_picture_and_samples(gru_course, tmp_path, capsys):
    picture, samples = train(tmp_path)
    assert picture.read_bytes().startswith(b"\x89PNG")
    lines = samples.read_text(encoding="utf-8").splitlines()
    assert [line[:11] for line in lines] == ["epoch 2: 分开", "epoch 2: 不分"]
    assert "epoch 2, perplexity" in capsys.readouterr().out


def test_an_interrupt_while_the_model_trains_ends_the_demo(steps, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(RNNModel, "forward", interrupted)
    assert main(["demo"]) == 130
    output = capsys.readouterr()
    assert output.err == "course: stopped\n" and "2. The assignments" not in output.out
    assert steps == []


def test_an_interrupt_while_it_grades_ends_the_demo(steps, gru_course, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "train", lambda folder: ())
    monkeypatch.setattr(demo, "_grade", interrupted)
    assert main(["demo"]) == 130
    assert capsys.readouterr().err == "course: stopped\n" and steps == ["build"]


def test_an_old_demo_is_replaced_and_everything_is_listed(steps, gru_course, monkeypatch, capsys):
    (gru_course.root / "demo").mkdir()
    (gru_course.root / "demo" / "old").touch()
    monkeypatch.setattr(demo, "train", lambda folder: (folder / "picture.png",))
    assert run_demo() == gru_course.root / "demo"
    assert list((gru_course.root / "demo").iterdir()) == [] and steps == ["build", "grade"]
    listed = capsys.readouterr().out.partition("Look at:")[2]
    assert all(str(gru_course.root / "demo" / name) in listed for name in ("picture.png", "course/feedback"))


def test_the_sample_class_is_graded_and_reported(gru_course, needs, monkeypatch, capsys):
    needs("bwrap")
    monkeypatch.setattr(demo, "train", lambda folder: ())
    folder = run_demo()
    output = capsys.readouterr().out
    assert "built gru; the repository's release/ is up to date" in output
    assert "right" in output and "wrong" in output
    assert {path.suffix for path in (folder / "course" / "reports").iterdir()} >= {".html", ".csv"}
    assert (folder / "course" / "release" / "gru" / "gru.ipynb").is_file()


def test_a_corpus_that_cannot_be_used_is_one_line(gru_course, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LYRICS", "nowhere.txt")
    with pytest.raises(CourseError, match=r"nowhere\.txt.*does not exist"):
        train(tmp_path)


def test_without_the_assignment_there_is_no_demo(course):
    with pytest.raises(UsageError, match="known: toy"):
        run_demo(course)
    assert not (course.root / "demo").exists()


def test_the_assignments_are_graded_in_the_order_of_the_chapters():
    chapters = sorted((REPOSITORY / "notebooks").glob("0*.ipynb"))
    names = [chapter.stem.partition("_")[2] for chapter in chapters]
    assert sorted(open_course().assignments(), key=demo._place) == list(demo.ORDER)
    assert [name for name in demo.ORDER if name in names] == names
    assert sorted(["toy", "quiz", "a toy"], key=demo._place) == ["quiz", "a toy", "toy"]
