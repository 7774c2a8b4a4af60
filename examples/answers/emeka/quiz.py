# All clicks are right, but a wrong number was typed over one of them; the last question was left out.

# %% quiz-answers
answers = {"q4": 2}
