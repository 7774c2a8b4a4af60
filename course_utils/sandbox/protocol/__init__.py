"""What both sides of the socket agree on: frames, values and limits."""
