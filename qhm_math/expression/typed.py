"""A typed formula as a loss: everything that a written one brings, found by looking."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from ..checks import FloatArray, ParameterError, require_number
from ..declared import check_declared, declared
from ..losses.base import Window
from ..losses.growth import Growth
from .faults import ExpressionError, Fault
from .search import Survey, find_window, is_alone, is_beyond, is_somewhere, survey, trial
from .surface import Surface
from .syntax import read

_FURTHEST = 2e6
_ENDS = ("x_low", "x_high", "y_low", "y_high")


def _end(label: str) -> Any:
    """A field for one end of the window; what is not given is found by looking."""
    words = "The part of the plane that is searched and shown."
    return declared(math.nan, label=label, low=-_FURTHEST, high=_FURTHEST, help=words)


def _is_missing(end: object) -> bool:
    return isinstance(end, float) and math.isnan(end)


def read_somewhere(text: str) -> str:
    """A formula in the program's notation (`read`); ExpressionError also if it is not a real number anywhere."""
    plain = read(text).text
    if not is_somewhere(Surface(plain)):
        raise ExpressionError(text, [Fault(0, "nowhere")])
    return plain


def _formula(loss: TypedLoss) -> str:
    """f = and the formula."""
    return f"f = {loss.text}"


@dataclass(frozen=True)
class TypedLoss:
    """f as typed: `TypedLoss("x^2 + 10 sin(y)^2")`; gradient and Hessian exact.

    text: after construction in the program's notation (`syntax.read`). x_low … y_high: the window; an end that is not
    given (NaN) is found. met: a value below all that were found in the window, met elsewhere; None if there is none.

    minima() are all that a search of the window found (`search.survey`): also those with a kink (abs(x)) or without
    curvature (x**4), and, if the window was given, what is lowest at its edge. It may be empty. Of minima that are not
    isolated (x**2) there is one. `local_curvatures` decides at which of them the theory has something to say.
    ExpressionError for text that is no formula; ParameterError for an empty window.
    """

    text: str
    x_low: float = _end("x from")
    x_high: float = _end("x to")
    y_low: float = _end("y from")
    y_high: float = _end("y to")
    met: float | None = None

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
        text = read_somewhere(self.text)
        object.__setattr__(self, "text", text)
        wanted = [name for name in _ENDS if _is_missing(getattr(self, name))]
        if wanted:  # finding them takes a while
            (x_low, x_high), (y_low, y_high) = find_window(text)
            found: dict[str, float] = dict(zip(_ENDS, (x_low, x_high, y_low, y_high), strict=True))
            for name in wanted:
                object.__setattr__(self, name, found[name])
        check_declared(self)
        for low, high in (("x_low", "x_high"), ("y_low", "y_high")):
            if getattr(self, low) >= getattr(self, high):
                raise ParameterError(high, getattr(self, high), "greater than where the window begins")
        if self.met is not None:
            object.__setattr__(self, "met", require_number("met", self.met))

    @property
    def surface(self) -> Surface:
        """The formula without its window."""
        return Surface(self.text)

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...); NaN outside its domain."""
        return self.surface.value(points)

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2); at a kink an element of the subdifferential, NaN outside the domain."""
        return self.surface.gradient(points)

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2); NaN where there is none."""
        return self.surface.hessian(points)

    def _found(self) -> Survey:
        window = self.window()
        return survey(self.text, window, window != find_window(self.text))

    def minima(self) -> FloatArray:
        """Those that were found in the window, (m, 2), the lowest first; (0, 2) if there are none."""
        return self._found().minima

    def has_far_minimum(self) -> bool:
        """Whether none was found in the window, and a descent from near 0 ends at one farther away than 1e6."""
        return not len(self.minima()) and is_beyond(self.text)

    def has_only_minimum(self) -> bool:
        """Whether one minimum was found, and it is not one of a line or a plateau of them, as that of x**2 is."""
        found = self.minima()
        return len(found) == 1 and is_alone(self.text, self.window(), (float(found[0, 0]), float(found[0, 1])))

    def minima_at_edge(self) -> FloatArray:
        """Those of them that are minima because the window ends there, (m, 2)."""
        found = self._found()
        return found.minima[found.at_edge]

    def minimum_value(self) -> float:
        """The value at the lowest minimum; without any, the lowest seen in the window; or what was met below it."""
        lowest = self._found().lowest
        return lowest if self.met is None else min(lowest, self.met)

    def window(self) -> Window:
        """((x_low, x_high), (y_low, y_high)); found: a square about 0 that holds the minima, at most [-5, 5]², or one
        about the nearest of them if all are farther away."""
        return (self.x_low, self.x_high), (self.y_low, self.y_high)

    def start(self) -> tuple[float, float]:
        """A point of the window where f is defined and not flat."""
        return self._found().start

    def suggested_alpha(self) -> float:
        """The largest of a few learning rates with which SGD and heavy ball stay in the window and go down."""
        return trial(self, self.start())[0]

    def suggested_steps(self) -> int:
        """Until heavy ball with that learning rate is near its end."""
        return trial(self, self.start())[1]
