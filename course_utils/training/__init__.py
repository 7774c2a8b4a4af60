"""Training and sampling: the two trainers, what they require of a student's functions, and what they leave behind."""
