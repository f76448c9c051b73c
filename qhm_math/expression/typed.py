"""A typed formula as a loss: everything that a written one brings, found by looking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from ..checks import FloatArray
from ..losses.base import Window, stack, stack_hessian
from ..losses.growth import Growth
from .engine import compile_text
from .search import survey


def _formula(loss: TypedLoss) -> str:
    """f = and what was typed."""
    return f"f = {loss.text.strip()}"


@dataclass(frozen=True)
class TypedLoss:
    """f as typed: `TypedLoss("x**2 + 10*sin(y)**2")`; gradient and Hessian exact.

    minima() are those with a positive definite Hessian that a search from many starts found (`search.survey`); it may
    be empty: then `local_curvatures` raises NoMinimumError, and the theory has nothing to say. A minimum without
    curvature (x**4) or with a kink (abs(x)) is none of them. ExpressionError for text that is no formula;
    ParameterError where SymPy is missing.
    """

    text: str

    key: ClassVar[str] = "typed"
    title: ClassVar[str] = "Your own"
    summary: ClassVar[str] = "a formula in x and y"
    # Of each instance its own; a Loss declares it as the class's, because that of any other loss is.
    formula: ClassVar[str] = cast("str", property(_formula))
    growth: ClassVar[Growth] = Growth.UNKNOWN

    @classmethod
    def example(cls) -> TypedLoss:
        """The formula that a menu begins with."""
        return cls("x**2 + 10*sin(y)**2")

    def __post_init__(self) -> None:
        compile_text(self.text)

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...); NaN outside its domain."""
        return compile_text(self.text).run(points, slice(0, 1))[0]

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        return stack(*compile_text(self.text).run(points, slice(1, 3)))

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        return stack_hessian(*compile_text(self.text).run(points, slice(3, 6)))

    def minima(self) -> FloatArray:
        """Those that were found in the window, (m, 2), the lowest first; (0, 2) if there are none."""
        return survey(self).minima

    def minimum_value(self) -> float:
        """The value at the lowest minimum or kink inside the window; without any, the lowest value seen there."""
        return survey(self).lowest

    def window(self) -> Window:
        """A square about 0 that holds the minima, at most [-5, 5]²; about the nearest one if all are farther away."""
        return survey(self).window

    def start(self) -> tuple[float, float]:
        """A point of the window where f is defined and not flat."""
        return survey(self).start

    def suggested_alpha(self) -> float:
        """The largest of a few learning rates with which SGD and heavy ball stay in the window and go down."""
        return survey(self).alpha

    def suggested_steps(self) -> int:
        """Until heavy ball with that learning rate is near its end."""
        return survey(self).steps
