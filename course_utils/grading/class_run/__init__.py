"""Grading a class: the run, its workers, its progress."""
