# Right, all twelve typed; no button was ever clicked.

# %% quiz-answers
answers = {"q1": 2, "q2": 4, "q3": 3, "q4": 1, "q5": 4, "q6": 2} | {"q19": 3, "q20": 2, "q21": 4, "q22": 3, "q23": 1, "q24": 3}
