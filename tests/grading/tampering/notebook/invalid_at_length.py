# Is invalid in so many places that a validator looks for the best words for hours, and fills the memory.
# answers: amina
# points: all
def tamper(notebook, folder):
    notebook["cells"][0]["metadata"]["tags"] = [[{"a": number}] for number in range(3000)]
    notebook["cells"][1]["outputs"] = [{}] * 200_000
