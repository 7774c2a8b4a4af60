# Raises errors whose names and messages are scripts.
# %% gru-params
RUN = "window.tampered='@NAME@'"
Bad = type(f"<script>{RUN}</script>", (Exception,), {})


def get_params(*a):
    raise Bad(f'<img src=x onerror="{RUN}"> </pre><script>{RUN}</script> $$\\href{{javascript:{RUN}}}{{x}}$$')


# %% gru-state
class State(tuple):
    pass


State.__name__ = State.__qualname__ = f"<script>{RUN}</script>"


def init_gru_state(*a):
    return State([f'<img src=x onerror="{RUN}">'])


# %% gru-forward
def gru(inputs, state, params):
    raise ValueError(f"</code></pre><script>{RUN}</script>")


# %% last
raise Bad(f"<script>{RUN}</script>")
