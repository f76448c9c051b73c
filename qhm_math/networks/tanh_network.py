"""The squared loss of a tanh network over a data set: value, gradient, and products with its Hessian."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError, require_array, require_integer, require_number


class NetworkLoss:
    """f(θ) = 1/(2n) Σ_j ‖N_θ(x_j) - y_j‖² for a network N_θ of given widths.

    Layer l maps a to tanh(a W_l + b_l), the last one to a W_l + b_l. θ is one vector, (size,): W_1, b_1, W_2, ...
    """

    def __init__(self, widths: tuple[int, ...], inputs: ArrayLike, targets: ArrayLike) -> None:
        """``inputs`` (n, widths[0]) and ``targets`` (n, widths[-1]), all finite; ParameterError otherwise."""
        if len(widths) < 2:
            raise ParameterError("widths", widths, "at least two numbers")
        self.widths = tuple(require_integer("widths", width, 1, 10_000) for width in widths)
        self.inputs, self.targets = require_array("inputs", inputs), require_array("targets", targets)
        if self.inputs.ndim != 2 or self.inputs.shape[1] != self.widths[0] or not len(self.inputs):
            raise ParameterError("inputs", self.inputs.shape, f"of shape (n, {self.widths[0]})")
        if self.targets.shape != (len(self.inputs), self.widths[-1]):
            raise ParameterError("targets", self.targets.shape, f"of shape ({len(self.inputs)}, {self.widths[-1]})")
        self._places: list[tuple[int, int, int]] = []
        at = 0
        for before, after in pairwise(self.widths):
            self._places.append((at, at + before * after, at + before * after + after))
            at = self._places[-1][2]
        self.size = at

    def start(self, seed: int, scale: float) -> FloatArray:
        """Normal weights of standard deviation ``scale``/√(inputs of the layer), biases 0; (size,)."""
        rng = np.random.default_rng(require_integer("seed", seed, 0))
        factor = require_number("scale", scale, 0.0)
        theta = np.zeros(self.size)
        for weights, _ in self.layers(theta):
            weights[:] = factor / np.sqrt(len(weights)) * rng.standard_normal(weights.shape)
        return theta

    def layers(self, theta: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """Weights and biases of every layer, as views of a vector (size,)."""
        widths = pairwise(self.widths)
        return [
            (theta[start:middle].reshape(before, after), theta[middle:end])
            for (start, middle, end), (before, after) in zip(self._places, widths, strict=True)
        ]

    def at(self, theta: FloatArray) -> Evaluation:
        """All that is to be known of the loss at θ, (size,)."""
        return Evaluation(self, theta)


class Evaluation:
    """The loss at one θ: ``value``, ``gradient`` (size,), and :meth:`hessian_product`.

    Where the network overflows, value and gradient are infinite or NaN, without a warning.
    """

    def __init__(self, loss: NetworkLoss, theta: FloatArray) -> None:
        self._loss = loss
        self._layers = loss.layers(theta)
        self._count = len(loss.inputs)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            self._activations = self._forward()
            residual = self._activations[-1] - loss.targets
            self.value = 0.5 * float((residual * residual).sum()) / self._count
            self.gradient = self._backward(residual)

    @property
    def outputs(self) -> FloatArray:
        """The network's outputs (n, widths[-1])."""
        return self._activations[-1]

    @property
    def is_finite(self) -> bool:
        """Whether value and gradient are numbers."""
        return bool(np.isfinite(self.value) and np.isfinite(self.gradient).all())

    def _forward(self) -> list[FloatArray]:
        last = len(self._layers) - 1
        found = [self._loss.inputs]
        for index, (weights, biases) in enumerate(self._layers):
            z = found[-1] @ weights
            z += biases
            found.append(z if index == last else np.tanh(z, out=z))
        return found

    def _backward(self, residual: FloatArray) -> FloatArray:
        """The gradient; of every layer the slopes of tanh, and ∂f/∂z and ∂f/∂a, are kept for the Hessian."""
        gradient = np.empty(self._loss.size)
        parts = self._loss.layers(gradient)
        delta = residual / self._count
        self._deltas: list[FloatArray] = [delta]
        self._slopes: list[FloatArray] = []
        self._towards: list[FloatArray] = []
        for index in range(len(parts) - 1, -1, -1):
            before = self._activations[index]
            np.matmul(before.T, delta, out=parts[index][0])
            delta.sum(axis=0, out=parts[index][1])
            if index:
                slopes = 1.0 - before * before
                towards = delta @ self._layers[index][0].T
                delta = towards * slopes
                self._deltas.insert(0, delta)
                self._slopes.insert(0, slopes)
                self._towards.insert(0, towards)
        return gradient

    def hessian_product(self, vector: FloatArray) -> FloatArray:
        """∇²f(θ) v for a vector (size,): exact, by differentiating the gradient along v (Pearlmutter 1994).

        R{·} = d/dr at r = 0 of θ + r v obeys the product rule through forward and backward pass.
        """
        direction = self._loss.layers(vector)
        last = len(direction) - 1
        moved: list[FloatArray] = []  # R{a_l}, from the first hidden layer on
        for index, (weights, biases) in enumerate(direction):
            change = self._activations[index] @ weights
            change += biases
            if index:
                change += moved[-1] @ self._layers[index][0]
            if index < last:
                change *= self._slopes[index]
            moved.append(change)
        product = np.empty(self._loss.size)
        parts = self._loss.layers(product)
        change = moved[-1] / self._count  # R{∂f/∂z} of the last layer
        for index in range(last, -1, -1):
            np.matmul(self._activations[index].T, change, out=parts[index][0])
            change.sum(axis=0, out=parts[index][1])
            if index:
                parts[index][0][:] += moved[index - 1].T @ self._deltas[index]
                towards = change @ self._layers[index][0].T + self._deltas[index] @ direction[index][0].T
                bend = self._towards[index - 1] * self._activations[index] * moved[index - 1]
                change = towards * self._slopes[index - 1] - 2.0 * bend
        return product
