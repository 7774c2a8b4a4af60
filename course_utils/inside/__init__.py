"""What runs inside the sandbox, beside a student's code: it holds nothing that is worth taking, and is never trusted.

The judge (course_utils.grading) sends commands over one socket and reads what comes back as if a stranger had sent it.
Imports nothing of ours outside this folder.
"""
