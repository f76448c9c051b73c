"""What Theorems 1 and 2 ask of the loss f and of the noise, with a verdict for the present loss.

Such theorems are proved for: (1) f is differentiable and ∇f is Lipschitz continuous; (2) f is bounded below and ‖∇f‖
is bounded; (3) the noise ξ_k of the gradient has E ξ_k = 0 and E‖ξ_k‖² <= C, given the past.

A quadratic breaks the second half of (2), and mini-batches of least squares (3), if they are read on the whole plane.
The proof needs bounded second moments only, and these follow where ∇f(x) = Hx + (bounded), H positive definite,
E‖ξ_k‖² <= C + B‖x_k - x*‖², and the schedule keeps the conditions of its theorem. With e = x_k - x*, the lag
m = d_{k-1} - ∇f(x_k) of the buffer and θ_k = 1-β_k the recursion gives

    E‖e‖² <= (1 - c α_k) E‖e‖² + C' α_k (ν_kβ_k)² E‖m‖² + C' α_k² (1 + E‖e‖²) + C' α_k,
    E‖m‖² <= (1 - θ_k) E‖m‖² + C' θ_k² (1 + E‖e‖²) + C' (α_k²/θ_k)(1 + E‖e‖²),

so both stay bounded as soon as α_k → 0, α_k/θ_k → 0 and β_kθ_k → 0. In Theorem 1 β_k → 0; in Theorem 2 θ_k → 0, and
the families that keep its conditions are powers with α_k/θ_k → 0. The verdict of such a row is 'holds' where α_k → 0,
else 'open'.
"""

from __future__ import annotations

import numpy as np

from ..gradients import noise_on
from ..losses import FiniteSum, Growth, Loss, growth_of
from ..minibatch_noise import MiniBatches
from ..noise import Noise
from .families import Family
from .verdicts import Condition, Reason, Subject, Verdict, Why

_SMOOTH: dict[Growth, tuple[Verdict, Why]] = {
    Growth.QUADRATIC: ("holds", Why.CURVATURE_CONSTANT),
    Growth.LINEAR: ("holds", Why.CURVATURE_BOUNDED),
    Growth.BOUNDED: ("holds", Why.CURVATURE_BOUNDED),
    Growth.FASTER: ("fails", Why.CURVATURE_GROWS),
    Growth.UNKNOWN: ("undecided", Why.NOT_KNOWN),
}


def assumptions(alpha: Family, loss: Loss, noise: Noise) -> tuple[Condition, ...]:
    """The assumptions of Theorems 1 and 2 about ``loss`` and ``noise`` (and mini-batches, of a finite sum)."""
    growth = growth_of(loss)
    known = growth is not Growth.UNKNOWN
    below = ("holds", Reason(Why.HAS_LOWEST, (("lowest", loss.minimum_value()),))) if known else _typed()
    return (
        Condition(Subject.SMOOTH, _SMOOTH[growth][0], Reason(_SMOOTH[growth][1])),
        Condition(Subject.BELOW, *below),
        Condition(Subject.GRADIENT, *_gradient(growth, alpha)),
        Condition(Subject.NOISE, *_noise(alpha, loss, noise)),
    )


def is_noisy(loss: Loss, noise: Noise) -> bool:
    """Whether a gradient differs from ∇f: by the noise, or by a batch that is not everything."""
    noise = noise_on(loss, noise)
    drawn = isinstance(noise, MiniBatches) or bool(np.any(noise.covariance()))
    return drawn or (isinstance(loss, FiniteSum) and loss.batch < loss.n)


def _typed() -> tuple[Verdict, Reason]:
    return "undecided", Reason(Why.NOT_KNOWN)


def _gradient(growth: Growth, alpha: Family) -> tuple[Verdict, Reason]:
    if growth is Growth.UNKNOWN:
        return _typed()
    if growth is Growth.FASTER:
        return "fails", Reason(Why.GRADIENT_GROWS)
    return (
        ("holds", Reason(Why.GRADIENT_BOUNDED)) if growth is Growth.BOUNDED else _if_falling(alpha, Why.GRADIENT_HELD)
    )


def _noise(alpha: Family, loss: Loss, noise: Noise) -> tuple[Verdict, Reason]:
    if not is_noisy(loss, noise):
        return "holds", Reason(Why.NOISELESS)
    noise = noise_on(loss, noise)
    if isinstance(loss, FiniteSum) and loss.batch < loss.n:
        if loss.batch_noise is Growth.BOUNDED:
            return "holds", Reason(Why.BATCHES_BOUNDED)
        return _if_falling(alpha, Why.BATCHES_HELD)
    if isinstance(noise, MiniBatches):  # M ∇f grows as ∇f does
        growth = growth_of(loss)
        if growth is Growth.BOUNDED:
            return "holds", Reason(Why.BATCHES_BOUNDED)
        if growth in (Growth.FASTER, Growth.UNKNOWN):
            return "open", Reason(Why.NOT_HELD)
        return _if_falling(alpha, Why.BATCHES_HELD)
    return "holds", Reason(Why.NOISE_SAME, (("variance", float(np.trace(noise.covariance()))),))


def _if_falling(alpha: Family, why: Why) -> tuple[Verdict, Reason]:
    """``why`` for a learning rate that goes to 0, whatever the run does; else it is up to the run."""
    if alpha.order().high.vanishes():
        return "holds", Reason(why)
    return "open", Reason(Why.NOT_HELD)
