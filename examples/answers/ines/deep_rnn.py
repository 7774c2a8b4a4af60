# Right, with prints and a warning inside.

# %% deep-rnn-params as amina
# %% deep-rnn-state as amina

# %% deep-rnn-forward
import warnings

def deep_rnn(inputs, state, params):
    # nn.RNN(..., num_layers=L) would do this in one line
    warnings.warn("deep_rnn was called")
    print("layers:", len(state), "steps:", len(inputs))
    outputs = []
    for X in inputs:
        new = []
        for W_xh, W_hh, b_h, H in zip(params[0:-2:3], params[1:-2:3], params[2:-2:3], state):
            X = nn.functional.linear(X, W_xh.T, b_h).add(H.mm(W_hh)).tanh()
            new.append(X)
        state = tuple(new)
        outputs.append(torch.addmm(params[-1], X, params[-2]))
    return outputs, state

# %% deep-rnn-question
1. After 20 epochs the single layer is ahead, and the deeper network sits near the frequencies of the characters.
2. The signal shrinks by 0.16 or so in every layer, and the gradient too. It is a matter of the start, not of what a deep network
   could do.
