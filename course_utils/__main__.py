"""`python -m course_utils`: the same commands as `./course`."""

import sys

from course_utils.commands.cli import main

if __name__ == "__main__":
    sys.exit(main())
