"""nbgrader's settings for students: for the button Validate in JupyterLab, and `nbgrader validate`."""

c = get_config()  # noqa: F821  (nbgrader provides it)

# Importing torch takes 5 seconds on a slow machine, a bounded training cell well under a minute.
c.Execute.timeout = 120
c.Execute.extra_arguments = ["--log-level=ERROR"]

# Only what went wrong is worth a line; `nbgrader --debug` shows the rest.
c.Application.log_level = "WARN"
