"""Writes probe.npz for QHM Explorer from beside a training loop: what its gradient noise is, and what it meets.

    write_probe(model, torch.nn.functional.cross_entropy, loader, optimizer, step=step)

loss(model(x), y) is the mean over a batch of (x, y) from the loader. Of the model and the data nothing is written.
"""

import json
import time

import numpy as np
import torch
from torch.func import functional_call, grad, vjp


def write_probe(model, loss, loader, optimizer, step=0, path="probe.npz", batches=16, norms=1024, steps=16, ggn=False):
    starts = 16
    was_training = model.training
    model.eval()  # no dropout, and normalisation by what is known: the loss must be one function of the parameters
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    flat = torch.cat([p.detach().reshape(-1) for p in named.values()])
    data = [(x.to(flat.device), y.to(flat.device)) for (x, y), _ in zip(loader, range(batches), strict=False)]
    examples, group, began = sum(len(x) for x, _ in data), optimizer.param_groups[0], time.monotonic()
    decay = group["weight_decay"] if group.get("weight_decay") else 0.0

    def objective(p, x, y):  # of all trained parameters in one vector; without weight decay
        parts = p.split([q.numel() for q in named.values()])
        return loss(
            functional_call(model, {k: v.view_as(q) for (k, q), v in zip(named.items(), parts, strict=True)}, (x,)), y
        )

    def hessian(v):  # the product of v with the Hessian, or GGN, of the loss with weight decay
        if ggn:
            from curvlinops import GGNLinearOperator

            return GGNLinearOperator(model, loss, list(named.values()), data, check_deterministic=False) @ v + decay * v
        return (
            sum(len(x) * product(v)[0] for (x, _), (_, product) in zip(data, linear, strict=True)) / examples
            + decay * v
        )

    def measure(v):  # Lanczos from v: nodes, and weights whose sum is |v|²
        basis, diagonal, beside = [v / v.norm()], [], []
        for _ in range(steps):
            image = hessian(basis[-1])
            diagonal.append(float(image @ basis[-1]))
            for b in basis * 2:  # orthogonal to all before, twice
                image = image - (image @ b) * b
            beside.append(float(image.norm()))
            if beside[-1] <= 1e-5 * max(map(abs, diagonal)):  # the rest is rounding
                break
            basis.append(image / image.norm())
        n = len(diagonal)
        nodes, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside[: n - 1], 1) + np.diag(beside[: n - 1], -1))
        measures.append(np.pad([nodes, float(v @ v) * vectors[0] ** 2], ((0, 0), (0, steps - n))))
        seconds = (time.monotonic() - began) / len(measures) * (2 * starts + 1 - len(measures))
        print(f"\rprobe: {len(measures)} of {2 * starts + 1} starts, {seconds:.0f} s left ", end="", flush=True)

    # The gradient of each batch, and what the Hessian of that batch makes of a vector: its graph is kept.
    linear = [vjp(lambda p, x=x, y=y: grad(objective)(p, x, y), flat) for x, y in data]
    measures, mean = [], sum(len(x) * g for (x, _), (g, _) in zip(data, linear, strict=True)) / examples
    loss_now = float(sum(len(x) * objective(flat, x, y).detach() for x, y in data)) / examples
    every = [(b, i) for b, (x, _) in enumerate(data) for i in range(len(x))]
    chosen = [every[i] for i in torch.randperm(examples)[:norms]]

    def deviation(b, i):  # of the gradient of one example from the mean
        return grad(objective)(flat, data[b][0][i : i + 1], data[b][1][i : i + 1]) - mean

    squares = torch.tensor([float((g := deviation(*one)) @ g) for one in chosen], dtype=torch.float64)
    # Starts are drawn in proportion to their squared length, and count the same: far less scatter than equal chances.
    for k in torch.multinomial(squares, starts, replacement=True):
        measure(deviation(*chosen[k]) * (squares.mean() / squares[k]).sqrt().to(flat.dtype))
    for _ in range(starts):
        measure(torch.randint(0, 2, flat.shape, device=flat.device).to(flat.dtype) * 2 - 1)
    measure(mean + decay * flat)
    nodes, weights = np.array(measures, np.float32).transpose(1, 0, 2)
    kinds = {"noise": slice(0, starts), "trace": slice(starts, 2 * starts), "gradient": slice(2 * starts, None)}
    arrays = {f"{key}_nodes": nodes[part] for key, part in kinds.items()}
    arrays |= {f"{key}_weights": weights[part] for key, part in kinds.items()}
    arrays["squared_norms"] = squares.numpy().astype(np.float32)
    facts = {"batch": len(data[0][0]), "examples": examples, "parameters": flat.numel(), "step": step}
    facts["dataset"] = len(loader.dataset) if hasattr(loader, "dataset") else 0
    facts |= {"loss": loss_now, "weight_decay": decay, "curvature": "ggn" if ggn else "hessian"}
    facts["optimizer"] = type(optimizer).__name__
    settings = json.dumps({k: v for k, v in group.items() if isinstance(v, (bool, int, float))})
    np.savez_compressed(path, format="qhm-explorer probe", version=1, settings=settings, **facts, **arrays)
    print(f"\r{path}: written in {time.monotonic() - began:.0f} s" + " " * 20)
    model.train(was_training)
