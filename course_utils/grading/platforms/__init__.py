"""Between the course and a learning platform: the list of students, what they handed in, what goes back to them."""
