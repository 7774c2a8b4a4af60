"""The sandbox: the protocol, what runs inside it beside a student's code, and how it is seen from outside."""
