"""Writes probe.npz for QHM Explorer from beside a training loop; of the model and the data nothing is written.

write_probe(model, torch.nn.CrossEntropyLoss(), loader, optimizer, step=step)  # loss: a batch's mean
"""

import itertools
import json
from operator import length_hint

import numpy as np
import torch
from torch.func import functional_call, grad, grad_and_value, vjp


def write_probe(model, loss, loader, optimizer, step=0, path="probe.npz", batches=16, norms=1024, steps=16, ggn=False):
    training, starts, done = model.training, 16, itertools.count()
    model.eval()  # no dropout, and normalisation by what is known: the loss must be one function of the parameters
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    flat, sizes = torch.cat([p.detach().reshape(-1) for p in named.values()]), [p.numel() for p in named.values()]
    data = [(x.to(flat.device), y.to(flat.device)) for _, (x, y) in zip(range(batches), loader, strict=False)]
    singles = [(x[i : i + 1], y[i : i + 1]) for x, y in data for i in range(len(x))]
    group, decay = optimizer.param_groups[0], optimizer.param_groups[0].get("weight_decay", 0.0)

    def objective(p, x, y):  # of all trained parameters in one vector; without weight decay
        parts = {name: v.view_as(named[name]) for name, v in zip(named, p.split(sizes), strict=True)}
        return loss(functional_call(model, parts, (x,)), y)

    def whole(p):  # the mean over all samples
        return sum(len(x) * objective(p, x, y) for x, y in data) / len(singles)

    mean, product, value = vjp(grad_and_value(whole), flat, has_aux=True)
    curvature = lambda v: product(v)[0]  # noqa: E731  (what the Hessian makes of a vector)
    if ggn:
        from curvlinops import GGNLinearOperator

        curvature = GGNLinearOperator(model, loss, list(named.values()), data, check_deterministic=False).__matmul__

    def deviation(k):  # of one sample's gradient from the mean
        return grad(objective)(flat, *singles[k]) - mean

    def lanczos(v):  # with the weight decay in: nodes, and weights whose sum is |v|²
        print(f"\rprobe: {next(done)} of {2 * starts + 1} starts done", end="", flush=True)
        basis, table = [v / v.norm()], np.zeros((steps + 1, steps + 1))
        for k in range(steps):
            image = curvature(basis[k]) + decay * basis[k]
            table[k, k] = float(image @ basis[k])
            for b in basis * 2:  # orthogonal to all before, twice
                image = image - (image @ b) * b
            table[k, k + 1] = table[k + 1, k] = float(image.norm())
            basis.append(torch.nn.functional.normalize(image, dim=0))
        nodes, vectors = np.linalg.eigh(table[:steps, :steps])
        return nodes, float(v @ v) * vectors[0] ** 2

    chosen = torch.randperm(len(singles))[:norms]
    squares = torch.stack([deviation(k).square().sum() for k in chosen]).double().cpu()
    # Starts are drawn in proportion to their squared length, and count the same: far less scatter than equal chances.
    drawn = squares.multinomial(starts, replacement=True)
    vectors = {
        "noise": (deviation(chosen[k]) * float((squares.mean() / squares[k]).sqrt()) for k in drawn),
        "trace": (torch.randint_like(flat, 2) * 2 - 1 for _ in range(starts)),
        "gradient": [mean + decay * flat],
    }
    measures = {kind: np.array([lanczos(v) for v in each], np.float32) for kind, each in vectors.items()}
    arrays = {f"{kind}_nodes": each[:, 0] for kind, each in measures.items()}
    arrays |= {f"{kind}_weights": each[:, 1] for kind, each in measures.items()}
    settings = json.dumps({k: v for k, v in group.items() if isinstance(v, (bool, int, float))})
    arrays |= {"format": "qhm-explorer probe", "version": 1, "loss": float(value), "weight_decay": decay, "step": step}
    arrays |= {"squared_norms": squares.numpy().astype(np.float32), "examples": len(singles), "batch": len(data[0][0])}
    arrays |= {"dataset": length_hint(getattr(loader, "dataset", 0)), "parameters": flat.numel()}
    arrays |= {"curvature": "ggn" if ggn else "hessian", "optimizer": type(optimizer).__name__, "settings": settings}
    np.savez_compressed(path, **arrays)
    print(f"\r{path}: written" + " " * 20)
    model.train(training)
