# Is JSON, nested 200,000 deep.
# graded: no
def tamper(notebook, folder):
    return b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b', "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
