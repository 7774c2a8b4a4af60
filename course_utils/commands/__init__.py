"""The command line: each module is named as its command. Nobody imports these."""
