"""Every small change that a student's mistake could be, generated from the trees of the equations."""
