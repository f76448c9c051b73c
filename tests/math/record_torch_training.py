"""Records what one model at a time does in PyTorch under QHM, for test_stacked.py: run by hand, with PyTorch 2.13.0 in
an environment of its own, when a case is added.

    python tests/math/record_torch_training.py

Double precision, gradients by autograd, QHM written out as in [G] equation 3. The tests read
torch_training.json and need no PyTorch.
"""

import json
import sys
from pathlib import Path

import torch  # pyright: ignore[reportMissingImports]  (in an environment of its own)

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from qhm_math.data import load_images
from qhm_math.experiments.classifiers import Perceptron, SoftmaxRegression
from qhm_math.experiments.tasks import ImageTask

torch.set_default_dtype(torch.float64)
STEPS, BATCH, SEED, WIDTH, L2 = 300, 32, 5, 6, 1e-3
POINTS = [(0.5, 0.0, 1.0), (0.3, 0.9, 0.7), (1.0, 0.95, 1.0), (0.4, 0.9, 0.9)]


def logits(kind: str, weights: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """(b, 10); the last column of a weight matrix is its bias."""
    if kind == "softmax":
        return x @ weights[0].T
    hidden = torch.tanh(x @ weights[0].T)
    return hidden @ weights[1][:, :-1].T + weights[1][:, -1]


def trained(kind: str, task: ImageTask, point: tuple[float, float, float]) -> dict[str, list[float]]:
    """Losses before every 30th step, and all weights after the last, of one run."""
    alpha, beta, nu = point
    flat, weights, first = torch.tensor(task.start(SEED)), [], 0
    for rows, columns in task.model.shapes:
        part = flat[first : first + rows * columns].reshape(rows, columns).clone()
        weights.append(part.requires_grad_())
        first += rows * columns
    buffers = [torch.zeros_like(part) for part in weights]
    losses = []
    for step, (x, answers) in enumerate(task.batches(SEED, STEPS, BATCH)):
        labels = torch.tensor(answers.argmax(axis=0))
        loss = torch.nn.functional.cross_entropy(logits(kind, weights, torch.tensor(x, dtype=torch.float64)), labels)
        loss = loss + L2 / 2 * sum((part * part).sum() for part in weights)
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for part, buffer, gradient in zip(weights, buffers, gradients, strict=True):
                buffer.mul_(beta).add_(gradient, alpha=1 - beta)
                part.sub_(alpha * ((1 - nu) * gradient + nu * buffer))
        if step % 30 == 0:
            losses.append(float(loss.detach()))
    return {"losses": losses, "weights": [round(float(w), 9) for part in weights for w in part.detach().ravel()]}


def main() -> None:
    """Write torch_training.json beside this script."""
    images = load_images("digits")
    models = {"softmax": SoftmaxRegression(65, L2), "perceptron": Perceptron(65, WIDTH, L2)}
    found = {
        kind: [{"point": point, **trained(kind, ImageTask(model, images, 1, 1), point)} for point in POINTS]
        for kind, model in models.items()
    }
    about = {"steps": STEPS, "batch": BATCH, "seed": SEED, "width": WIDTH, "l2": L2, "torch": torch.__version__}
    out = Path(__file__).with_name("torch_training.json")
    out.write_text(json.dumps({"about": about, **found}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
