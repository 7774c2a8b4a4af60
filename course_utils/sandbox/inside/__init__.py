"""What runs inside the sandbox, beside a student's code: it holds nothing that is worth taking, and is never trusted.

The judge (course_utils.grading.judging) sends commands over one socket and reads what comes
back as if a stranger had sent it.
Of ours it imports the protocol, student_code, text and translation alone.
"""
