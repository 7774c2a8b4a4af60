# A fork bomb in generations: each process makes two, until a tree of 255 stands.
# slow: yes
# graded: either
# witness: yes
# %% gru-params
import os
import time


def generations(left):
    for _ in range(2):
        if os.fork() == 0:
            try:
                if left > 1:
                    generations(left - 1)
                time.sleep(6)
            finally:
                os._exit(0)


generations(7)
