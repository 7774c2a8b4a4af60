"""The text that is learnt, and minibatches of it."""
