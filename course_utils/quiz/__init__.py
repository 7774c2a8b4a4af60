"""The quiz: its bank, which answer counts, the buttons, the check of the form, and the key."""
