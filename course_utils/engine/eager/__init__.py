"""What is recognised while a network runs as it is written."""
