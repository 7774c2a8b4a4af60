# Out of range, in quotes, with a point, by another name: none of these counts. Two valid numbers and a click do.

# %% quiz-answers
answers = {"q1": 2, "q2": 5, "q3": "3", "q4": 1.0, "Q5": 4, "q6": 2}
