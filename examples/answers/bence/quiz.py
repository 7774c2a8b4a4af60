# Right, all six typed; no button was ever clicked.

# %% quiz-answers
answers = {"q1": 2, "q2": 4, "q3": 3, "q4": 1, "q5": 4, "q6": 2}
