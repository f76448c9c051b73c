"""Writes probe.npz for QHM Explorer from beside a training loop; of the model and the data nothing is written.

write_probe(model, torch.nn.CrossEntropyLoss(), loader, optimizer, step=step)  # loss: a batch's mean
"""

import itertools
import json
from operator import length_hint

import numpy as np
import torch
from torch.func import functional_call, grad, vjp


def write_probe(model, loss, loader, optimizer, step=0, path="probe.npz", batches=16, norms=1024, steps=16, ggn=False):
    training, group, starts, done = model.training, optimizer.param_groups[0], 16, itertools.count(1)
    model.eval()  # no dropout, and normalisation by what is known: the loss must be one function of the parameters
    trained = {name: part for name, part in model.named_parameters() if part.requires_grad}
    here, decay = torch.nn.utils.parameters_to_vector(trained.values()).detach(), group.get("weight_decay", 0.0)
    data = list(itertools.islice(loader, batches))
    x, y = (torch.cat(parts).to(here.device) for parts in zip(*data, strict=True))

    def value(vector, x, y):  # the loss, without weight decay, as a function of all trained parameters in one vector
        parts = vector.split([part.numel() for part in trained.values()])
        point = {name: part.view_as(trained[name]) for name, part in zip(trained, parts, strict=True)}
        return loss(functional_call(model, point, (x,)), y)

    gradient, product = vjp(lambda vector: grad(value)(vector, x, y), here)
    curvature = lambda v: product(v)[0]  # noqa: E731  (the Hessian times v)
    if ggn:
        from curvlinops import GGNLinearOperator

        curvature = GGNLinearOperator(model, loss, [*trained.values()], [(x, y)], check_deterministic=False).__matmul__

    def deviation(k):  # of one sample's gradient from the mean
        return grad(value)(here, x[k : k + 1], y[k : k + 1]) - gradient

    def lanczos(v):  # with the weight decay in: nodes, and weights whose sum is |v|²
        print(f"\rprobe: start {next(done)} of {2 * starts + 1}", end="", flush=True)
        basis, images = torch.zeros(2, steps + 1, len(v)).to(v)
        basis[0] = v / v.norm()
        for k in range(steps):
            images[k] = rest = curvature(basis[k]) + decay * basis[k]
            rest = rest - (basis @ rest) @ basis  # orthogonal to all before, twice
            basis[k + 1] = torch.nn.functional.normalize(rest - (basis @ rest) @ basis, dim=0)
        nodes, vectors = np.linalg.eigh((basis @ images.T)[:steps, :steps].double().cpu())
        return nodes, float(v @ v) * vectors[0] ** 2

    chosen = torch.randperm(len(x))[:norms]
    squares = torch.stack([deviation(k).square().sum() for k in chosen]).double().cpu()
    # Starts are drawn in proportion to their squared length, and count the same: far less scatter than equal chances.
    drawn = squares.multinomial(starts, replacement=True)
    noise = [lanczos((squares.mean() / squares[i]).sqrt().item() * deviation(chosen[i])) for i in drawn]
    trace = [lanczos(torch.randint_like(here, 2) * 2 - 1) for _ in range(starts)]
    arrays = {}
    for kind, each in {"noise": noise, "trace": trace, "gradient": [lanczos(gradient + decay * here)]}.items():
        arrays[f"{kind}_nodes"], arrays[f"{kind}_weights"] = np.array(each, np.float32).swapaxes(0, 1)
    settings = json.dumps({k: v for k, v in group.items() if isinstance(v, (bool, int, float))})
    about = {"format": "qhm-explorer probe", "version": 1, "step": step, "optimizer": type(optimizer).__name__}
    about |= {"examples": len(x), "batch": len(data[0][0]), "dataset": length_hint(getattr(loader, "dataset", 0))}
    about |= {"loss": value(here, x, y).item(), "squared_norms": squares.numpy().astype(np.float32)}
    about |= {"parameters": len(here), "curvature": "ggn" if ggn else "hessian", "weight_decay": decay}
    np.savez_compressed(path, **about, **arrays, settings=settings)
    print(f"\r{path}: written" + " " * 20)
    model.train(training)
