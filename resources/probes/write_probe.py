"""Writes probe.npz for QHM Explorer from beside a training loop: what its gradient noise is, and what it meets.

    write_probe(model, torch.nn.CrossEntropyLoss(), loader, optimizer, step=step)

loss(model(x), y) is the mean over a batch of (x, y) from the loader. Of the model and the data nothing is written.
"""

import json
import time

import numpy as np
import torch
from torch.func import functional_call, grad, vjp


def write_probe(model, loss, loader, optimizer, step=0, path="probe.npz", batches=16, norms=1024, steps=16, ggn=False):
    training, starts, measures, began = model.training, 16, [], time.monotonic()
    model.eval()  # no dropout, and normalisation by what is known: the loss must be one function of the parameters
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    flat, sizes = torch.cat([p.detach().reshape(-1) for p in named.values()]), [p.numel() for p in named.values()]
    data = [(x.to(flat.device), y.to(flat.device)) for (x, y), _ in zip(loader, range(batches), strict=False)]
    examples, group = sum(len(x) for x, _ in data), optimizer.param_groups[0]
    decay = group.get("weight_decay", 0.0)

    def objective(p, x, y):  # of all trained parameters in one vector; without weight decay
        parts = zip(named.items(), p.split(sizes), strict=True)
        return loss(functional_call(model, {name: v.view_as(q) for (name, q), v in parts}, (x,)), y)

    # The gradient of each batch, and what the Hessian of that batch makes of a vector: its graph is kept.
    linear = [(len(x), *vjp(lambda p, x=x, y=y: grad(objective)(p, x, y), flat)) for x, y in data]
    mean = sum(n * gradient for n, gradient, _ in linear) / examples
    if ggn:
        from curvlinops import GGNLinearOperator

        curvature = GGNLinearOperator(model, loss, list(named.values()), data, check_deterministic=False).__matmul__
    else:
        curvature = lambda v: sum(n * product(v)[0] for n, _, product in linear) / examples  # noqa: E731

    def measure(v):  # Lanczos from v with the weight decay in: nodes, and weights whose sum is |v|²
        basis, diagonal, beside = [v / v.norm()], [], []
        while len(diagonal) < steps:
            image = curvature(basis[-1]) + decay * basis[-1]
            diagonal.append(float(image @ basis[-1]))
            for b in basis * 2:  # orthogonal to all before, twice
                image = image - (image @ b) * b
            beside.append(float(image.norm()))
            if beside[-1] <= 1e-5 * max(map(abs, diagonal)):  # the rest is rounding
                break
            basis.append(image / image.norm())
        off = beside[: len(diagonal) - 1]
        nodes, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(off, 1) + np.diag(off, -1))
        measures.append(np.pad([nodes, float(v @ v) * vectors[0] ** 2], ((0, 0), (0, steps - len(nodes)))))
        left = (time.monotonic() - began) / len(measures) * (2 * starts + 1 - len(measures))
        print(f"\rprobe: {len(measures)} of {2 * starts + 1} starts, {left:.0f} s left ", end="", flush=True)

    def deviation(x, y):  # of the gradient of one example from the mean
        return grad(objective)(flat, x[None], y[None]) - mean

    singles = [(x[i], y[i]) for x, y in data for i in range(len(x))]
    singles = [singles[i] for i in torch.randperm(examples)[:norms]]
    squares = torch.tensor([float(deviation(*one).square().sum()) for one in singles], dtype=torch.float64)
    # Starts are drawn in proportion to their squared length, and count the same: far less scatter than equal chances.
    for k in torch.multinomial(squares, starts, replacement=True):
        measure(deviation(*singles[k]) * (squares.mean() / squares[k]).sqrt().to(flat.dtype))
    for _ in range(starts):
        measure(torch.randint(0, 2, flat.shape, device=flat.device).to(flat.dtype) * 2 - 1)
    measure(mean + decay * flat)
    nodes, weights = np.array(measures, np.float32).transpose(1, 0, 2)
    kinds = {"noise": slice(0, starts), "trace": slice(starts, 2 * starts), "gradient": slice(2 * starts, None)}
    arrays = {f"{key}_nodes": nodes[part] for key, part in kinds.items()}
    arrays |= {f"{key}_weights": weights[part] for key, part in kinds.items()}
    np.savez_compressed(
        path,
        format="qhm-explorer probe",
        version=1,
        **arrays,
        squared_norms=squares.numpy().astype(np.float32),
        loss=float(sum(len(x) * objective(flat, x, y).detach() for x, y in data)) / examples,
        batch=len(data[0][0]),
        examples=examples,
        dataset=len(loader.dataset) if hasattr(loader, "dataset") else 0,
        parameters=flat.numel(),
        step=step,
        weight_decay=decay,
        curvature="ggn" if ggn else "hessian",
        optimizer=type(optimizer).__name__,
        settings=json.dumps({k: v for k, v in group.items() if isinstance(v, (bool, int, float))}),
    )
    print(f"\r{path}: written in {time.monotonic() - began:.0f} s" + " " * 20)
    model.train(training)
