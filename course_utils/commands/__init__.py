"""The command line: each module is named as its command. Nobody imports these."""

import course_utils.grading  # noqa: F401  (what it keeps jsonschema from must be settled before that is loaded)
