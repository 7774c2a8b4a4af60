# Reads the gradebook.
# %% first
import sqlite3
from pathlib import Path

for path in (Path("@COURSE@/gradebook.db"), Path("../../gradebook.db"), Path("../../../gradebook.db")):
    try:
        if path.exists():
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as book:
                print(book.execute("select * from student").fetchall())
    except (OSError, sqlite3.Error):
        pass
