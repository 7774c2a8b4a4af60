# Is no JSON.
# graded: no
def tamper(notebook, folder):
    return b"\x00\xff\xfe{'cells': []}"
