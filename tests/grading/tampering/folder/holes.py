# Hands in files of 4 TB and of 8 GiB that take no room: nothing but holes.
# graded: no


def tamper(notebook, folder):
    for name, size in (("large.bin", 2**33), ("larger.bin", 2**42)):
        with open(folder / name, "wb") as file:
            file.truncate(size)
