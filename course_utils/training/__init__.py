"""Training and sampling: the two trainers, what they ask of a student's functions, and what they leave behind."""
