"""Calling and describing what a student wrote; the checks and the sandbox both use it."""
