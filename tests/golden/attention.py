"""Writes attention.json: what PyTorch gives for softmax, LayerNorm, RMSNorm, BatchNorm1d and MultiheadAttention.

Everything is computed in float64 from inputs that float32 holds exactly (multiples of 1/64), so that both of the
project's backends read the same numbers. Run: python3 tests/golden/attention.py  (made with PyTorch 1.13.1)
"""
import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(20170612)
DOUBLE = torch.float64


def inputs(*shape, scale=1.0, requires_grad=True):
    """Normals rounded to multiples of 1/64."""
    values = torch.round(torch.randn(*shape, dtype=DOUBLE) * scale * 64) / 64
    return values.requires_grad_(requires_grad)


def tensor(value):
    """Twelve digits: exact for the inputs, and beyond every tolerance for the results."""
    return {"shape": list(value.shape), "data": [float(f"{x:.12g}") for x in value.detach().flatten().tolist()]}


def case(names, **scalars):
    return {**scalars, **{name: tensor(value) for name, value in names.items()}}


def softmax():
    x, dy = inputs(6, 9, scale=3), inputs(6, 9, requires_grad=False)
    y = F.softmax(x, dim=-1)
    y.backward(dy)
    return case({"x": x, "dy": dy, "y": y, "dx": x.grad})


def layer_norm(cols):
    eps = 1e-5
    x, gamma, beta = inputs(2, 5, cols, scale=2), inputs(cols), inputs(cols)
    dy = inputs(2, 5, cols, requires_grad=False)
    y = F.layer_norm(x, (cols,), gamma, beta, eps)
    y.backward(dy)
    return case(
        {"x": x, "gamma": gamma, "beta": beta, "dy": dy, "y": y, "dx": x.grad, "dgamma": gamma.grad, "dbeta": beta.grad},
        eps=eps,
    )


def rms_norm():
    """By its formula: this version of PyTorch has no rms_norm of its own."""
    eps = 1e-5
    x, gamma, dy = inputs(7, 12, scale=2), inputs(12), inputs(7, 12, requires_grad=False)
    y = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * gamma
    y.backward(dy)
    return case({"x": x, "gamma": gamma, "dy": dy, "y": y, "dx": x.grad, "dgamma": gamma.grad}, eps=eps)


def batch_norm(training):
    """One step, with running statistics that are not those of a fresh layer."""
    eps, momentum, cols = 1e-5, 0.1, 5
    norm = nn.BatchNorm1d(cols, eps=eps, momentum=momentum, dtype=DOUBLE).train(training)
    with torch.no_grad():
        norm.weight.copy_(inputs(cols))
        norm.bias.copy_(inputs(cols))
        norm.running_mean.copy_(inputs(cols))
        norm.running_var.copy_(inputs(cols).abs() + 0.5)
    before = {"running_mean": norm.running_mean.clone(), "running_var": norm.running_var.clone()}
    x, dy = inputs(37, cols, scale=2), inputs(37, cols, requires_grad=False)
    y = norm(x)
    y.backward(dy)
    after = {"next_mean": norm.running_mean.clone(), "next_var": norm.running_var.clone()}
    return case(
        {
            "x": x, "gamma": norm.weight, "beta": norm.bias, **before, "dy": dy,
            "y": y, "dx": x.grad, "dgamma": norm.weight.grad, "dbeta": norm.bias.grad, **after,
        },
        eps=eps, momentum=momentum,
    )


def multi_head_attention(causal):
    n, width, heads = 7, 12, 3
    attention = nn.MultiheadAttention(width, heads, bias=True, batch_first=True, dtype=DOUBLE)
    with torch.no_grad():
        for parameter in attention.parameters():
            parameter.copy_(inputs(*parameter.shape, scale=0.5))
    x, dy = inputs(1, n, width), inputs(1, n, width, requires_grad=False)
    mask = torch.triu(torch.ones(n, n, dtype=torch.bool), diagonal=1) if causal else None
    y, weights = attention(x, x, x, attn_mask=mask, need_weights=True, average_attn_weights=False)
    y.backward(dy)
    return case(
        {
            "x": x[0], "in_weight": attention.in_proj_weight, "in_bias": attention.in_proj_bias,
            "out_weight": attention.out_proj.weight, "out_bias": attention.out_proj.bias, "dy": dy[0],
            "weights": weights[0], "y": y[0], "dx": x.grad[0],
            "in_weight_grad": attention.in_proj_weight.grad, "out_weight_grad": attention.out_proj.weight.grad,
        },
        heads=heads, causal=causal,
    )


def head_attention(causal):
    """One step per head by autograd, with the gradients that lie inside: queries, keys, values, weights, scores."""
    heads, m, n, d, e = 2, 6, 6, 4, 3
    q, k, v = inputs(heads, m, d, scale=2), inputs(heads, n, d, scale=2), inputs(heads, n, e)
    dy = inputs(heads, m, e, requires_grad=False)
    scale = 0.5
    scores = scale * q @ k.transpose(-2, -1)
    if causal:
        scores = scores.masked_fill(torch.triu(torch.ones(m, n, dtype=torch.bool), diagonal=1), -torch.inf)
    weights = F.softmax(scores, dim=-1)
    scores.retain_grad()
    weights.retain_grad()
    y = weights @ v
    y.backward(dy)
    return case(
        {
            "q": q, "k": k, "v": v, "dy": dy, "weights": weights, "y": y,
            "dq": q.grad, "dk": k.grad, "dv": v.grad, "dweights": weights.grad, "dscores": scores.grad,
        },
        scale=scale, causal=causal,
    )


golden = {
    "torch": torch.__version__.split("+")[0],
    "softmax": softmax(),
    "layerNorm": [layer_norm(11), layer_norm(16)],
    "rmsNorm": rms_norm(),
    "batchNorm": {"train": batch_norm(True), "eval": batch_norm(False)},
    "multiHeadAttention": [multi_head_attention(False), multi_head_attention(True)],
    "attention": [head_attention(False), head_attention(True)],
}
Path(__file__).with_name("attention.json").write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
