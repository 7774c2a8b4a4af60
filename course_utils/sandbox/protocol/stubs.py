"""The rooms of the package that stay outside when a notebook is graded, and what stands for them inside."""

STUBS = {  # a room -> its stub, a folder of sandbox/inside/stub
    "equations": "equations",
    "grading": "withheld",
    "sandbox/outside": "withheld",
    "checks": "checks",
}
