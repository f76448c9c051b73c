"""Zeros of functions of one variable, many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .checks import where


def solve_falling(function: Callable[[Any], Any], left: Any, right: Any) -> Any:
    """The zeros of a function that is >= 0 at `left` and <= 0 at `right` (up to rounding), element by
    element.

    Chandrupatla's method: inverse quadratic interpolation where it is safe, bisection elsewhere, about ten
    steps in all for a smooth function and never more than bisection's order. An end that is already past the
    zero is returned.
    """
    a, b = np.array(right, dtype=np.float64), np.array(left, dtype=np.float64)
    fa, fb = np.asarray(function(a)), np.asarray(function(b))
    none_left, none_right = fb <= 0, fa >= 0
    c, fc = a, fa
    t = np.full(a.shape, 0.5)
    best = b
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(100):
            x = a + t * (b - a)
            fx = np.asarray(function(x))
            same = np.sign(fx) == np.sign(fa)
            c, fc = where(same, a, b), where(same, fa, fb)
            b, fb = where(same, b, a), where(same, fb, fa)
            a, fa = x, fx
            best = where(np.abs(fa) < np.abs(fb), a, b)
            tolerance = 2.3e-16 * np.maximum(np.abs(best), 1.0)
            limit = tolerance / np.abs(b - c)
            if bool(np.all((limit > 0.5) | (fa == 0) | (fb == 0) | none_left | none_right)):
                break
            xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
            smooth = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
            inverse = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
            t = where(smooth & np.isfinite(inverse), inverse, 0.5)
            t = np.clip(t, np.minimum(limit, 0.5), 1 - np.minimum(limit, 0.5))
            t = where(np.isfinite(t), t, 0.5)
    best = where(none_left, left, best)
    return where(none_right & ~none_left, right, best)
