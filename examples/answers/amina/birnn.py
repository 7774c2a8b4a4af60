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


# %% birnn-question
1. The backward state of step t has read the inputs t, t + 1, ... up to the last, and the target of step t is the input of
   step t + 1. So the answer is among its inputs, and the network learns to copy it.
2. While it writes it gets one character at a time. There is nothing to the right, so there is nothing to copy.
3. A missing word in the middle of a sentence: the whole sentence is there when one asks.
