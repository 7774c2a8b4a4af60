"""Training fast: the tracing engine behind a student's own code. See docs/engine.md."""
