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

# %% deep-rnn-residual
def deep_rnn_residual(inputs, state, params):
    print("residual layers:", len(state))
    outputs, layers = [], list(zip(params[0:-2:3], params[1:-2:3], params[2:-2:3]))
    for X in inputs:
        new = [torch.tanh(torch.addmm(layers[0][2], X, layers[0][0]).add(state[0].mm(layers[0][1])))]
        U = new[0]
        for (W_xh, W_hh, b_h), H in zip(layers[1:], state[1:]):
            new.append(torch.tanh(torch.addmm(b_h, U, W_xh).add(H.mm(W_hh))))
            U = U + new[-1]
        state = tuple(new)
        outputs.append(torch.addmm(params[-1], U, params[-2]))
    return outputs, state

# %% deep-rnn-signal as amina

# %% deep-rnn-question-1
1. By 0.16 in every layer, as σ · √n = 0.01 · 16. σ = 1/16 would keep it.

# %% deep-rnn-question-2
2. The plain one sits near the frequencies of the characters. In the other one H1 is added to what the output reads, and the gradient comes
back through the additions.

# %% deep-rnn-question-3
3. Like the single layer, as the others add a sixth or less. They can be used later.
