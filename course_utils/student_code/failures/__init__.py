"""Why a student's function raised, in the student's words: operands, shapes in letters, what to do."""
