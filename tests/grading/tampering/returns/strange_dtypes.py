# Returns tensors of every unusual kind: complex, bool, integer, quantised, sparse, on `meta`, nested.
# %% gru-forward
kinds = [
    lambda shape: torch.zeros(shape, dtype=torch.complex64),
    lambda shape: torch.zeros(shape, dtype=torch.bool),
    lambda shape: torch.zeros(shape, dtype=torch.int8),
    lambda shape: torch.zeros(shape, dtype=torch.float8_e4m3fn),
    lambda shape: torch.quantize_per_tensor(torch.zeros(shape), 1.0, 0, torch.quint8),
    lambda shape: torch.zeros(shape).to_sparse(),
    lambda shape: torch.zeros(shape, device="meta"),
    lambda shape: torch.nested.nested_tensor([torch.zeros(n) for n in shape]),
    lambda shape: torch.zeros(shape).numpy().astype(object),
    lambda shape: [["text"] * shape[1]] * shape[0],
]
calls = 0


def gru(inputs, state, params):
    global calls
    calls += 1
    make = kinds[calls % len(kinds)]
    return [make(X.shape) for X in inputs], tuple(make(H.shape) for H in state)


# %% gru-after
gru_reset_after = gru
