"""The words of the theorems of convergence: sentences for the codes that `qhm_math.schedules` decides.

A code without its word is shown as it stands; a test names it.
"""

from __future__ import annotations

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import plain, rate_text
from qhm_math.schedules import Reason, Subject, Verdict, Why

#: Conditions that are formulas in every language.
FORMULAS: dict[Subject, str] = {
    Subject.ALPHA_SUM: "Σ *α*_{k} = ∞",
    Subject.ALPHA_SQUARES: "Σ *α*_{k}^{2} < ∞",
    Subject.GAP_SQUARES: "Σ (1 − *ν*_{k}*β*_{k})^{2} < ∞",
    Subject.GAP_RATIO: "Σ *α*_{k}^{2} / (1 − *ν*_{k}*β*_{k}) < ∞",
    Subject.BUFFER_RATIO: "Σ *α*_{k}^{2} / (1 − *β*_{k}) < ∞",
    Subject.BETA_TO_ZERO: "*β*_{k} → 0,  sup *β*_{k} < 1",
    Subject.BETA_TO_ONE: "*β*_{k} → 1",
}
#: Conditions that are words.
SUBJECTS: dict[Subject, str] = {
    Subject.SMOOTH: "∇*f* is Lipschitz continuous",
    Subject.BELOW: "*f* is bounded below",
    Subject.GRADIENT: "‖∇*f*‖ stays bounded",
    Subject.NOISE: "noise: mean 0, bounded variance",
    Subject.QUADRATIC: "*f* is quadratic",
    Subject.NOISELESS: "no noise",
    Subject.CONSTANTS: "*α*, *β*, *ν* are constant",
    Subject.STABLE: "*α* is below the stability bound",
}
#: Sentences with gaps for the values of a reason; braces of markup are doubled, as str.format wants them.
REASONS: dict[Why, str] = {
    Why.GROWS: "The terms grow, so the sum is infinite.",
    Why.STAYS: "The terms do not go to 0, so the sum is infinite.",
    Why.SLOW: "The terms fall only as *k*^{{−{q}}}, slower than 1/*k*, so the sum is infinite.",
    Why.EDGE: "The terms fall as 1/*k*, just too slowly: the sum grows as log *k*.",
    Why.FAST: "The terms fall as *k*^{{−{q}}}, faster than 1/*k*, so the sum is finite.",
    Why.DROPS: "The terms fall geometrically, so the sum is finite.",
    Why.ENDS: "The terms are 0 from some step on, so the sum is finite.",
    Why.ANY_RUN_SLOW: "However often the run drops, the terms do not fall fast enough, so the sum is infinite.",
    Why.ANY_RUN_FAST: "However often the run drops, the terms fall fast enough, so the sum is finite.",
    Why.UP_TO_RUN: "Depends on the run: the number of plateaus of the loss sets how fast the terms fall.",
    Why.OTHER_ZERO: "*β*_{{k}} goes to 0: this is for Theorem 1.",
    Why.OTHER_ONE: "*β*_{{k}} goes to 1: this is for Theorem 2.",
    Why.NEVER_ONE: "*β*_{{k}} never exceeds {sup}: Theorem 2 is for *β*_{{k}} → 1.",
    Why.TO_ZERO: "*β*_{{k}} goes to 0 and never exceeds {sup}.",
    Why.TO_ONE: "*β*_{{k}} goes to 1.",
    Why.ELSEWHERE: "*β*_{{k}} ends at {limit}.",
    Why.MAYBE_ZERO: "*β*_{{k}} never exceeds {sup}; it goes to 0 only if the run drops without end.",
    Why.CURVATURE_CONSTANT: "The second derivatives of *f* are constant.",
    Why.CURVATURE_BOUNDED: "The second derivatives of *f* are bounded.",
    Why.CURVATURE_GROWS: "The second derivatives of *f* grow without bound: from far away a run can diverge.",
    Why.HAS_LOWEST: "*f* is never below {lowest}.",
    Why.GRADIENT_BOUNDED: "The gradient is bounded on the whole plane.",
    Why.GRADIENT_HELD: "It grows only in proportion to the distance: *α*_{{k}} → 0 keeps its mean square bounded.",
    Why.GRADIENT_GROWS: "The gradient grows faster than the distance.",
    Why.NOT_HELD: "It grows with the distance, and *α*_{{k}} need not go to 0.",
    Why.NOISELESS: "Every gradient is exact.",
    Why.NOISE_SAME: "The noise is the same everywhere; its variance is {variance}.",
    Why.BATCHES_BOUNDED: "The gradients of the samples differ by a bounded amount.",
    Why.BATCHES_HELD: "That of a mini-batch grows with the distance: *α*_{{k}} → 0 keeps its mean square bounded.",
    Why.NOT_KNOWN: "This is not known for this loss.",
    Why.IS_QUADRATIC: "Its second derivatives are constant, and it has a minimum.",
    Why.NOT_QUADRATIC: "Theorem 3 is for a quadratic loss.",
    Why.NOISY: "Theorem 3 is for exact gradients: with noise the iterates keep scattering.",
    Why.CONSTANTS: "Nothing changes from step to step.",
    Why.VARYING: "Theorem 3 is for constant *α*, *β* and *ν*.",
    Why.BELOW_BOUND: "*α* = {alpha} is less than {bound}; the rate is *R* = {R}.",
    Why.ABOVE_BOUND: "*α* = {alpha} is not less than {bound}.",
}


def requirement(subject: Subject) -> str:
    """A condition as markup, in the language in force."""
    return FORMULAS.get(subject) or tr(SUBJECTS.get(subject, str(subject)))


def sentence(reason: Reason) -> str:
    """The reason in the language in force."""
    words = REASONS.get(reason.why)
    if words is None:
        return str(reason)
    values = {name: rate_text(value) if name == "R" else plain(value) for name, value in reason.values}
    return tr(words).format(**values)


def verdict_word(verdict: Verdict) -> str:
    """A verdict in the language in force."""
    words: dict[Verdict, str] = {
        "holds": tr("holds"),
        "fails": tr("fails"),
        "open": tr("depends on the run"),
        "undecided": tr("not known"),
        "does not apply": tr("does not apply"),
    }
    return words[verdict]
