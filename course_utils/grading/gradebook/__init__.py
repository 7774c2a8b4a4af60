"""What grading leaves behind: the gradebook, records, feedback, report and export."""
