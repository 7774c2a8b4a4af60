# Calls its variables by Chinese and Greek names, and prints emoji.
# %% gru-forward
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    σ = torch.sigmoid
    (隐藏状态,) = state
    结果 = []
    for X in inputs:
        更新门 = σ(X @ W_xz + 隐藏状态 @ W_hz + b_z)
        重置门 = σ(X @ W_xr + 隐藏状态 @ W_hr + b_r)
        候选 = torch.tanh(X @ W_xh + (重置门 * 隐藏状态) @ W_hh + b_h)
        隐藏状态 = 更新门 * 隐藏状态 + (1 - 更新门) * 候选
        结果.append(隐藏状态 @ W_hq + b_q)
    return 结果, (隐藏状态,)


print("🎵 开始")
