"""The text that the models learn, and minibatches of it."""
