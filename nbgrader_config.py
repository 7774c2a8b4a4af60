"""nbgrader's settings for this course. `./course` and stock nbgrader both read this file."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "gated_rnn"

# What a student finds in place of a solution. The error's text is what an unanswered cell says when it runs.
c.ClearSolutions.code_stub = {
    "python": '# YOUR CODE HERE\nraise NotImplementedError("write this part, then run the check below")'
}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# Seconds a cell: importing torch takes 5 on a slow machine, and a bounded training cell well under a minute.
c.Execute.timeout = 120

# The kernel's own warnings belong on nobody's terminal; errors do.
c.Execute.extra_arguments = ["--log-level=ERROR"]

# Only what went wrong is worth a line; `nbgrader --debug` shows the rest.
c.Application.log_level = "WARNING"
