"""Writes probe.npz for QHM Explorer from beside a training loop; of the model and the data nothing is written.

write_probe(model, torch.nn.CrossEntropyLoss(), loader, optimizer, step=step)  # loss: a batch's mean
"""

import itertools
import json
from operator import length_hint

import numpy as np
import torch


@torch.enable_grad()
def write_probe(model, loss, loader, optimizer, step=0, path="probe.npz", batches=16, norms=1024, steps=16, ggn=False):
    training, starts, done = model.training, 16, itertools.count()
    model.eval()  # no dropout, and normalisation by what is known: the loss must be one function of the parameters
    parameters = [p for p in model.parameters() if p.requires_grad]
    here = torch.nn.utils.parameters_to_vector(parameters).detach()
    data = [(x.to(here.device), y.to(here.device)) for _, (x, y) in zip(range(batches), loader, strict=False)]
    singles = [(x[i : i + 1], y[i : i + 1]) for x, y in data for i in range(len(x))]
    group, decay = optimizer.param_groups[0], optimizer.param_groups[0].get("weight_decay", 0.0)

    def derivative(value, **options):  # by all trained parameters, in one vector; without weight decay
        parts = torch.autograd.grad(value, parameters, materialize_grads=True, **options)
        return torch.cat([part.reshape(-1) for part in parts])

    value = sum(len(x) * loss(model(x), y) for x, y in data) / len(singles)
    gradient = derivative(value, create_graph=True)
    mean = gradient.detach()
    curvature = lambda v: derivative(gradient, grad_outputs=v, retain_graph=True)  # noqa: E731  (the Hessian times v)
    if ggn:
        from curvlinops import GGNLinearOperator

        curvature = GGNLinearOperator(model, loss, parameters, data, check_deterministic=False).__matmul__

    def deviation(k):  # of one sample's gradient from the mean
        return derivative(loss(model(singles[k][0]), singles[k][1])) - mean

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
    scales = (squares.mean() / squares[drawn]).sqrt().tolist()
    noise = [lanczos(scale * deviation(k)) for scale, k in zip(scales, chosen[drawn], strict=True)]
    trace = [lanczos(torch.randint_like(here, 2) * 2 - 1) for _ in range(starts)]
    arrays = {}
    for kind, each in {"noise": noise, "trace": trace, "gradient": [lanczos(mean + decay * here)]}.items():
        arrays[f"{kind}_nodes"], arrays[f"{kind}_weights"] = np.array(each, np.float32).swapaxes(0, 1)
    settings = json.dumps({k: v for k, v in group.items() if isinstance(v, (bool, int, float))})
    about = {"format": "qhm-explorer probe", "version": 1, "loss": value.item(), "weight_decay": decay, "step": step}
    about |= {"squared_norms": squares.numpy().astype(np.float32), "examples": len(singles), "batch": len(data[0][0])}
    about |= {"dataset": length_hint(getattr(loader, "dataset", 0)), "parameters": len(here), "settings": settings}
    about |= {"curvature": "ggn" if ggn else "hessian", "optimizer": type(optimizer).__name__}
    np.savez_compressed(path, **about, **arrays)
    print(f"\r{path}: written" + " " * 20)
    model.train(training)
