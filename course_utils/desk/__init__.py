"""A student's place: the own copies of chapters and assignments, how far they are, and the page that shows it."""
