"""`python -m course_utils`, and `course` where the package is installed: the same commands as `./course`."""

import gc
import sys


def main() -> int:
    """The command line's exit code; what it needs itself may be missing, and the doctor says so without it."""
    gc.set_threshold(100_000)  # importing makes a million objects and no garbage: looking for it takes half a second
    try:
        from course_utils.commands.cli import main as run
    except ModuleNotFoundError as error:
        return _without(error)
    try:
        return run()
    finally:
        gc.freeze()  # the end of the process, too, would look at all of them


def _without(error: ModuleNotFoundError) -> int:
    from course_utils.installation import how_to_install, top

    module = top(error)
    if not module:
        raise error
    if sys.argv[1:] == ["doctor"] and module != "rich":
        from course_utils.commands.doctor import run_doctor

        return run_doctor()
    print("course:", how_to_install(module), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
