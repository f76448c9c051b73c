"""What can be chosen on the page "How fast?"."""

from __future__ import annotations

from dataclasses import dataclass

from qhm_math.declared import check_declared, declared

#: The planes over two of (α, β, ν), with their words.
PLANES = (("alpha-beta", "*α*, *β*"), ("alpha-nu", "*α*, *ν*"), ("beta-nu", "*β*, *ν*"))
#: The condition numbers of the paper's figure 5.
KAPPAS = (1.0, 5.0, 10.0, 50.0, 100.0, 1e3, 1e6)


@dataclass(frozen=True)
class FastOptions:
    """The plane of the rate map and what lies over it, the parameter of the root locus, the paper's figure, its κ.

    While ``kappa_of`` is "loss", ``kappa`` follows the loss (:func:`state.changed` keeps it so); moving it
    frees it.
    """

    axes: str = declared(
        "alpha-beta",
        label="rate map over",
        kind="choice",
        choices=PLANES,
    )
    regimes: str = declared(
        "none",
        label="regimes",
        kind="choice",
        choices=(("none", "none"), ("mu", "*μ*"), ("L", "*L*"), ("all", "all")),
    )
    optima: str = declared("shown", label="optima", kind="choice", choices=(("shown", "shown"), ("hidden", "hidden")))
    sweep: str = declared(
        "alpha",
        label="root locus over",
        kind="choice",
        choices=(("alpha", "*α*"), ("beta", "*β*"), ("nu", "*ν*")),
    )
    figure: str = declared(
        "nu",
        label="best parameters against",
        kind="choice",
        choices=(("nu", "*ν*"), ("beta", "*β*"), ("kappa", "*ν*, *κ*")),
    )
    kappa_of: str = declared(
        "loss",
        label="*κ*",
        kind="choice",
        choices=(("loss", "of the loss"), ("own", "its own")),
        help="Condition number used for the best parameters.",
    )
    kappa: float = declared(
        25.0,
        label="condition number",
        symbol="κ",
        low=1.0,
        high=1e9,
        scale="log",
        slider=(1.0, 1e6),
        help="Ratio L/μ of the largest to the smallest curvature.",
    )

    def __post_init__(self) -> None:
        check_declared(self)
