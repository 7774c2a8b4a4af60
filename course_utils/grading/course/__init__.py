"""A course folder and what is in it: settings, assignments, releases, submissions."""
