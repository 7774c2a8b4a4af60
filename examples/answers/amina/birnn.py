# Right, written as the equations stand.

# %% birnn-params
def get_params(vocab_size, num_hiddens, device):
    def normal(*shape):
        return torch.normal(0.0, 0.01, shape, device=device).requires_grad_()

    def zeros(length):
        return torch.zeros(length, device=device, requires_grad=True)

    W_xh_f, W_hh_f, b_h_f = normal(vocab_size, num_hiddens), normal(num_hiddens, num_hiddens), zeros(num_hiddens)
    W_xh_b, W_hh_b, b_h_b = normal(vocab_size, num_hiddens), normal(num_hiddens, num_hiddens), zeros(num_hiddens)
    return [W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, normal(2 * num_hiddens, vocab_size), zeros(vocab_size)]


# %% birnn-state
def init_birnn_state(batch_size, num_hiddens, device):
    return torch.zeros((batch_size, num_hiddens), device=device), torch.zeros((batch_size, num_hiddens), device=device)


# %% birnn-forward
def birnn(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    T = len(inputs)
    forward, backward = [None] * T, [None] * T
    for t in range(T):
        H_f = torch.tanh(torch.matmul(inputs[t], W_xh_f) + torch.matmul(H_f, W_hh_f) + b_h_f)
        forward[t] = H_f
    for t in range(T - 1, -1, -1):
        H_b = torch.tanh(torch.matmul(inputs[t], W_xh_b) + torch.matmul(H_b, W_hh_b) + b_h_b)
        backward[t] = H_b
    outputs = [torch.matmul(torch.cat((forward[t], backward[t]), dim=1), W_hq) + b_q for t in range(T)]
    return outputs, (H_f, H_b)

# %% birnn-gap
def fill_gap(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    T = len(inputs)
    forward, backward = [state[0]], [state[1]]  # H_f of the steps -1, 0, ...; H_b of the steps T, T - 1, ...
    for t in range(T):
        forward.append(torch.tanh(torch.matmul(inputs[t], W_xh_f) + torch.matmul(forward[-1], W_hh_f) + b_h_f))
    for t in range(T - 1, -1, -1):
        backward.append(torch.tanh(torch.matmul(inputs[t], W_xh_b) + torch.matmul(backward[-1], W_hh_b) + b_h_b))
    outputs = [torch.matmul(torch.cat((forward[t], backward[T - 1 - t]), dim=1), W_hq) + b_q for t in range(T)]
    return outputs, (forward[-1], backward[-1])

# %% birnn-question-1
The backward state of step t has read the inputs t, t + 1, ... up to the last, and the target of step t is the input of step t + 1. At the last
step there is no input t + 1, so it cannot copy: its perplexity is far above the others.

# %% birnn-question-2
While it writes it gets one character at a time. There is nothing to the right, so there is nothing to copy. So its perplexity must not be
compared with that of a GRU, which has to predict.

# %% birnn-question-3
H_f of step t - 1 has read 1 to t - 1, H_b of step t + 1 has read T down to t + 1, so X_t is in neither. It is right much more often on the
training text, so most of it is learnt by heart; on the held-out text compare it with the last line: what is above it is language.
