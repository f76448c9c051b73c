"""One step told: its arrows in the plane, its terms as numbers, and what an adaptive method has accumulated."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from qhm_gui.text.language import tr
from qhm_gui.text.method_words import part_words
from qhm_gui.text.numbers import MINUS, scientific
from qhm_gui.views.compare.arrows import Arrow
from qhm_math.methods import LinearMethod, Method, Parts, Step

Vector = NDArray[np.float64]

#: Parts of a state that are sums or means of squares, by coordinate.
SQUARES = ("v", "G")
_LETTERS = re.compile(r"([A-Za-zα-ωÀ-ɏ]\u0303?)")


def term_markup(label: str) -> str:
    """'(1-β) g' as '(1−*β*) *g*': letters are variables, Δ and ∇ are not."""
    return _LETTERS.sub(r"*\1*", label).replace("-", MINUS)


def vector_text(vector: Vector) -> str:
    """(0.12, −0.3)."""
    return "(" + ", ".join(scientific(float(value)) for value in vector) + ")"


def step_numbers(terms: Parts) -> list[str]:
    """'*β* *d* = (0.1, −0.3)' for every term of `Method.explain`, in order."""
    return [f"{term_markup(label)} = {vector_text(vector)}" for label, vector in terms.items()]


def step_squares(step: Step) -> str:
    """What an adaptive method has accumulated, as one line; '' for the others."""
    found = [name for name in SQUARES if name in step.after]
    return "\n".join(f"{part_words(name)}  *{name}* = {vector_text(step.after[name])}" for name in found)


def step_arrows(method: Method, step: Step, terms: Parts, color: str) -> list[Arrow]:
    """The gradient, the momentum buffer, and the step that was taken, from where it began.

    Where steps are learning rate times gradient, all are lengths: −α g, −α d, and Δx, which lies between their tips.
    Adaptive methods scale each coordinate, so that −g and −m have other units: they are drawn as directions, the
    gradient as long as the step. The gradient has SGD's colour and the buffer heavy ball's: those methods step there.
    """
    taken = terms["Δx"]
    buffer = next((name for name in ("d", "m", "b") if name in step.after), "")
    rate = float(getattr(method, "alpha", 1.0))
    plain = isinstance(method, LinearMethod) or "∇f(x̃)" in step.after
    if plain:
        scale, gradient_name = rate, f"{MINUS}*α* *g*"
    else:
        length = float(np.hypot(*step.gradient))
        scale, gradient_name = (float(np.hypot(*taken)) / length if length > 0 else 0.0), f"{MINUS}*g*"
    arrows = [_arrow(-scale * step.gradient, "sgd", gradient_name, dash="")]
    if buffer and _has_momentum(method):
        name = f"{MINUS}*α* *{buffer}*" if plain or buffer == "b" else f"{MINUS}*{buffer}*"
        arrows.append(_arrow(-(rate if buffer == "b" else scale) * step.after[buffer], "shb", name, dash="theory"))
    return [*arrows, Arrow(float(taken[0]), float(taken[1]), color, tr("step"), width=2.6)]


def _has_momentum(method: Method) -> bool:
    """Whether its buffer plays a part in the step: not with ν = 0, nor where RMSProp has no momentum."""
    if isinstance(method, LinearMethod):
        return float(np.max(method.as_qhm().nu)) > 0
    return float(getattr(method, "beta", 1.0)) > 0


def _arrow(vector: Vector, color: str, name: str, dash: str) -> Arrow:
    return Arrow(float(vector[0]), float(vector[1]), color, name, dash, 1.8)
