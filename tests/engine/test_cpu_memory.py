"""The C library keeps what one minibatch has freed for the next."""

import os
import subprocess
import sys

import pytest

PAGES = """
import resource, torch
from course_utils.engine.cpu import keep_freed_memory

def new_pages(number):
    for _ in range(8):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        matrices = [torch.zeros(2**20) for _ in range(number)]
        del matrices
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_freed_memory()
print(new_pages(5), new_pages(1))
"""


@pytest.mark.skipif(
    not hasattr(os, "confstr") or "glibc" not in (os.confstr("CS_GNU_LIBC_VERSION") or ""), reason="not glibc"
)
def test_memory_of_a_minibatch_need_not_be_asked_for_again():
    """20 MiB are 5,000 pages; without `keep_freed_memory` some 300 are new every time.

    In an environment of its own: some have variables that tell the C library to keep nothing.
    """
    bare = {"PATH": os.environ["PATH"]}
    result = subprocess.run([sys.executable, "-c", PAGES], capture_output=True, text=True, check=True, env=bare)
    of_five, of_one_matrix = map(int, result.stdout.split())
    if of_one_matrix > 20:
        pytest.skip("this C library was told to keep nothing, not even a single matrix")
    assert of_five < 20
