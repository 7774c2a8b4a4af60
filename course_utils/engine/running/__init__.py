"""Memory, and running the programs."""
