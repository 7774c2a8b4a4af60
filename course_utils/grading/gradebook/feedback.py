"""Feedback pages: nbgrader's template and settings, rendered without doing the same work for every student."""

from __future__ import annotations

import re
import secrets
import warnings
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

import nbformat
from jinja2 import BaseLoader
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from course_utils.filesystem import replace_folder, workspace
from course_utils.grading.course.assignment_spec import is_bonus
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.language import course_language, submission_language
from course_utils.grading.course.submission import OF_NBGRADER, SECRET, small_text
from course_utils.grading.judging.safe_html import coloured, reset_time_budget
from course_utils.grading.messages import GradebookScores
from course_utils.mathematics import with_drawn_equations
from course_utils.text import one_line
from course_utils.translation import language, say, speaking, to_say

# nbgrader's template lets the columns of tables touch, takes the triangle off what can be unfolded, has links too pale
# for their ground, and code that a keyboard cannot scroll.
STYLE = """<style>
body a, .rendered_html a {color: #1f5f9c; text-decoration: underline}
body .panel-primary > .panel-heading a {color: #ffffff}
body pre {white-space: pre-wrap; overflow-wrap: anywhere}
.rendered_html td, .rendered_html th {padding: .2em .8em; text-align: left; vertical-align: top}
summary {display: list-item; cursor: pointer}
.equation {display: block; overflow-x: auto; padding: .4em 0}
.rendered_html svg {max-width: none}
</style>"""
MATHJAX = re.compile(r"<!-- Load mathjax -->.*?<!-- End of mathjax configuration -->", re.S)  # from another computer


# The words of nbgrader's template, which go through `say` when it is read.
SCORE, SCORE_BESIDE = to_say("Score: {score} / {points}"), to_say(" (Score: {score} / {points})")
LATE_BESIDE = to_say(" (Score: -{penalty})")
WORDS = (
    *(to_say("Test cell"), to_say("Coding free-response"), to_say("Written response"), to_say("Task")),
    *(to_say("Comment"), to_say("Late submission penalty"), to_say("(Top)"), to_say("Student's answer")),
    *(to_say("Student's task"), to_say("Grade cell:"), to_say("Task:"), to_say("Comments:")),
)
NO_RESPONSE = to_say("No response.")  # nbgrader's own comment on an answer as it was released
NUMBER = r"\{\{ (\S+ \| float \| round\(2\)) \}\}"
SAID = (  # what the template says -> the same, said
    (r"<html>", '<html lang="{{ language() }}">'),
    (r'<div class="panel-heading">(?=\s*<h4>)', '<div class="panel-heading" role="banner">'),
    (rf" \(Score: {NUMBER} / {NUMBER}\)", rf'{{{{ say("{SCORE_BESIDE}", score=\1, points=\2) }}}}'),
    (rf"Score: {NUMBER} / {NUMBER}", rf'{{{{ say("{SCORE}", score=\1, points=\2) }}}}'),
    (rf" \(Score: -{NUMBER}\)", rf'{{{{ say("{LATE_BESIDE}", penalty=\1) }}}}'),
    *((rf"(?<=>){re.escape(words)}(?=[< {{])", f'{{{{ say("{words}") }}}}') for words in WORDS),
)

_exporters: dict[str, Any] = {}


class _Speaking(BaseLoader):
    """A loader of templates, by which those of feedback speak our languages: their words go through `say`."""

    def __init__(self, loader: BaseLoader) -> None:
        self.loader = loader

    def get_source(self, environment: Any, template: str) -> Any:
        """The template's text, its file, and whether it is still the same."""
        source, *rest = self.loader.get_source(environment, template)
        if "resources.nbgrader.score" in source:
            for words, said in SAID:
                source = re.sub(words, said, source)
        return source, *rest


class FeedbackExporter(HTMLExporter):
    """nbconvert's exporter, less its last step: that parses the finished page, which takes longer than making it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._highlighted = lru_cache(maxsize=256)(Highlight2HTML(pygments_lexer="ipython3", parent=self))

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
        """The page, in the submission's language; pictures get the alternative text that nbconvert looks for later."""
        with speaking(submission_language(nb.cells) or course_language(self.config)):
            return self._page(nb, resources, **options)

    def _page(self, nb: Any, resources: Any, **options: Any) -> Any:
        resources = self._init_resources(resources)
        widgets = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("filter_data_type", widgets)
        self.register_filter("highlight_code", lambda source, metadata=None, **_: coloured(self._highlighted, source))
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **options)
        page = MATHJAX.sub("", page, count=1).replace("</head>", f"{STYLE}</head>", 1)
        page = with_drawn_equations(page)
        drawn = escape(say("a picture that the cell has drawn"))
        return page.replace('<img src="data:', f'<img alt="{drawn}" src="data:'), resources

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.globals |= {"say": say, "language": language}
        environment.loader = _Speaking(environment.loader)
        return environment

    def _preprocess(self, nb: Any, resources: Any) -> Any:
        nb, resources = super()._preprocess(nb, resources)
        names = resources.get("nbgrader", {})
        if "max_score" in names:
            names["max_score"] -= _bonus_points(nb)  # as in the report
        for marks in (cell.metadata.get("nbgrader", {}) for cell in nb.cells):
            if marks.get("comment") == NO_RESPONSE:
                marks["comment"] = say(NO_RESPONSE)
        return nb, resources


def _bonus_points(notebook: Any) -> float:
    """The points of a graded notebook that count on top of the maximum."""
    marks = (cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
    return sum(float(mark.get("points") or 0) for mark in marks if mark.get("grade") and is_bonus(mark["grade_id"]))


def feedback_page(name: str, notebook: str, scores: GradebookScores, config: Config) -> str:
    """The feedback page of a judged notebook, given as JSON.

    A notebook that cannot be rendered, by whatever its student wrote, gets a page that says so.
    """
    reset_time_budget()
    try:
        return _rendered(name, notebook, scores, config)
    except Exception as error:
        numbers = {"points": f"{scores.score:g}", "max_points": f"{scores.max_score:g}"}
        broken = to_say("{points} of {max_points} points. The notebook could not be shown: {reason}")
        with speaking(course_language(config)):
            said = escape(say(broken, **numbers, reason=one_line(error)), quote=False)
        return f"<!doctype html><meta charset='utf-8'><p>{said}</p>\n"


def _rendered(name: str, notebook: str, scores: GradebookScores, config: Config) -> str:
    node = nbformat.reads(notebook, as_version=4)
    for cell in node.cells:
        marks = cell.metadata.get("nbgrader")
        if marks:
            marks.update(scores.cells.get(marks.get("grade_id"), {}))
    page_settings = {
        "notebook": name,
        "score": scores.score,
        "max_score": scores.max_score,
        "late_penalty": scores.late_penalty,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page, _ = _exporter(config).from_notebook_node(node, {"nbgrader": page_settings, "unique_key": name})
    return page


def _exporter(config: Config) -> HTMLExporter:
    """The exporter of these settings; making one, with its templates, takes longer than a page."""
    key = repr(config)
    if key not in _exporters:
        config = Config(config)
        config.HTMLExporter.template_name = "feedback"
        config.Exporter.default_preprocessors = []
        converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
        kind = converter.exporter_class
        exporter = (FeedbackExporter if kind is HTMLExporter else kind)(config=converter.config)
        exporter.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
        _exporters.clear()
        _exporters[key] = exporter
    return _exporters[key]


def judged_pages(
    course: CourseFolder, assignment: str, student: str, scores: Mapping[str, GradebookScores], config: Config
) -> dict[str, str]:
    """Notebook -> the page of what is in `autograded/`, with these scores; a notebook that is not there has none."""
    paths = {name: course.autograded / student / assignment / f"{name}.ipynb" for name in scores}
    return {
        name: feedback_page(name, path.read_text(encoding="utf-8"), scores[name], config)
        for name, path in paths.items()
        if path.is_file()
    }


def put_feedback(course: CourseFolder, assignment: str, student: str, pages: Mapping[str, str]) -> None:
    """Make `feedback/STUDENT/ASSIGNMENT/` anew in one step, with what `nbgrader release_feedback` wants beside pages.

    The secret names a page in nbgrader's exchange. A submission that did not come through the exchange has none, and
    gets one that nobody knows.
    """
    target, submitted = course.feedback / student / assignment, course.submitted / student / assignment
    with workspace() as made:
        for name, page in pages.items():
            (made / f"{name}.html").write_bytes(page.encode("utf-8", "replace"))
        for name in OF_NBGRADER:
            known = small_text(submitted / name) or small_text(target / name)
            (made / name).write_text(known or (secrets.token_hex(32) if name == SECRET else ""), encoding="utf-8")
        made.chmod(0o755)
        replace_folder(made, target)
