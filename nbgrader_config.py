"""nbgrader's settings for this course. `./course` and stock nbgrader both read this file.

What is not here. Points: in the notebooks of source/, a number at each graded cell; a cell whose name contains "bonus"
counts on top. Due dates: in the gradebook, `nbgrader db assignment add NAME --duedate "2026-12-01 23:59 UTC"`, and for
one student `./course extend`. A rule for late work is a class in this file: the guide has one, under "Late penalties".
"""

from course_utils.grading.course.times import read_times_strictly

c = get_config()  # noqa: F821  (nbgrader provides it)

# On an exchange that several classes share, each class and term needs a name of its own, before its first release.
c.CourseDirectory.course_id = "gated_rnn"

# How far verdicts and hints go in the student edition: "where" in the code, which "equation", or which "term" is wrong.
# `./course handout` writes it into the edition; feedback on what was handed in always says everything.
c.Course.verdicts = "term"

# Where students hand in, by `./course submit` of the edition that `./course handout` makes: a folder in which all of
# them may write, or an address that they are told. Where nbgrader's exchange has the assignment, it goes there.
# c.Course.hand_in = "https://moodle.example.org/course/view.php?id=7"

# Due dates and timestamps that could mean two moments, such as "11:30 PM" or CST, are refused and not guessed.
read_times_strictly()

# The language of the assignments that are released, "en" or "zh" for Chinese; of the student edition's README.md; and
# of the course for students who have not chosen theirs.
# c.Course.language = "zh"

# What a student finds in place of a solution. The error's text is what an unanswered cell says when it runs.
c.ClearSolutions.code_stub = {
    "python": '# YOUR CODE HERE\nraise NotImplementedError("write this part, then run the check below")'
}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# `nbgrader generate_assignment` and the formgrader's Generate do what `./course build` does: a quiz gets its questions,
# and release/ is replaced only when the new one is complete.
c.GenerateAssignment.exporter_class = "course_utils.grading.plugins.Release"

# The judge stands where nbgrader's Execute stood: it runs a submission in a sandbox and decides from outside.
# Its settings, such as c.Judge.cell_seconds, are listed in docs/security.md.
c.Autograde.sanitize_preprocessors = [
    "course_utils.grading.plugins.Sanitize",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "course_utils.grading.plugins.Judge",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "course_utils.grading.plugins.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# `nbgrader validate` runs a notebook as it is: importing torch takes 5 seconds on a slow machine, a bounded training
# cell well under a minute. The kernel's own warnings belong on nobody's terminal.
c.Execute.timeout = 120
c.Execute.extra_arguments = ["--log-level=ERROR"]

# What students wrote is shown in the instructor's browser: without scripts.
c.HTMLExporter.filters = {"markdown2html": "course_utils.grading.plugins.markdown"}

# Feedback loads nothing from elsewhere: its equations are drawn. Its maximum is the report's, without the bonus.
c.GenerateFeedback.exporter_class = "course_utils.grading.plugins.FeedbackExporter"

# `nbgrader export` leaves fields empty for what is not graded, where nbgrader's own table has zeros.
c.ExportApp.plugin_class = "course_utils.grading.plugins.GradesTable"

# Only what went wrong is worth a line; `nbgrader --debug` shows the rest.
c.Application.log_level = "WARN"
