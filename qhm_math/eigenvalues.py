"""Spectra to choose for besides the two curvatures of a loss of the plane: a list, a power law.

A row of :data:`SPECTRA` is a frozen dataclass of declared parameters with a ``key``, a ``title`` and :meth:`nodes`:
its distinct directions as arrays. :class:`OfLoss` has none: the loss of the plane is all there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, ParameterError, require_array, require_integer, require_number, require_positive
from .declared import check_declared, declared

#: Modes of a spectrum at most, and values of a list, which a session holds.
MOST_MODES, MOST_LISTED = 100_000, 10_000
#: The smallest eigenvalue is greater than this share of the largest: there is no theory beyond it in double precision.
LEAST_SHARE = 1e-9
#: The names of the columns that a list may have beside its eigenvalues.
COLUMNS = ("counts", "noise_variances", "offset_squares")


class Nodes(NamedTuple):
    """The directions of a spectrum: ``curvatures`` λ > 0, (n,), and beside each, (n,) or None for "all alike":

    ``counts``, how many directions it stands for (need not be whole); ``noise_variances``, the sum of the gradient
    noise's variance over these; ``offset_squares``, the sum of (x_0 - x*)² over these.
    """

    curvatures: FloatArray
    counts: FloatArray | None = None
    noise_variances: FloatArray | None = None
    offset_squares: FloatArray | None = None


class Spectrum(Protocol):
    """What every row of :data:`SPECTRA` has."""

    key: ClassVar[str]
    title: ClassVar[str]

    def nodes(self) -> Nodes | None:
        """Its directions, the same object every time; None where the loss of the plane is meant."""
        ...


@dataclass(frozen=True)
class OfLoss:
    """The two curvatures of the loss at its minimum."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "of the loss"

    def nodes(self) -> Nodes | None:
        """None."""
        return None


@dataclass(frozen=True)
class EigenvalueList:
    """Eigenvalues one by one, (n,), n from 1 to 10,000, each > 0; beside them the columns of :class:`Nodes` or ().

    ParameterError for what is not allowed.
    """

    values: tuple[float, ...] = declared((0.01, 0.1, 1.0), label="eigenvalues", symbol="λ", kind="list")
    counts: tuple[float, ...] = ()
    noise_variances: tuple[float, ...] = ()
    offset_squares: tuple[float, ...] = ()

    key: ClassVar[str] = "list"
    title: ClassVar[str] = "list"

    def __post_init__(self) -> None:
        lam = _one_row("values", require_eigenvalues("values", self.values))
        if len(lam) > MOST_LISTED:
            raise ParameterError("values", f"{len(lam):,} values", "at most 10,000 values")
        columns: list[FloatArray | None] = []
        for name in COLUMNS:
            given = require_array(name, getattr(self, name), 0.0)
            found = _one_row(name, given) if given.size else None
            if found is not None and len(found) != len(lam):
                raise ParameterError(name, f"{len(found):,} values", "as many values as there are eigenvalues")
            columns.append(found)
        if columns[0] is not None and not (columns[0] > 0).all():
            raise ParameterError("counts", float(columns[0].min()), "greater than 0")
        for name, column in zip(("values", *COLUMNS), (lam, *columns), strict=True):
            object.__setattr__(self, name, () if column is None else tuple(column.tolist()))
        object.__setattr__(self, "_nodes", Nodes(lam, *columns))

    def nodes(self) -> Nodes | None:
        """The list."""
        return self._nodes  # type: ignore[attr-defined]


@dataclass(frozen=True)
class PowerLaw:
    """L i^-p for i = 1..d. ParameterError if the smallest is less than 1e-9 of the largest."""

    size: int = declared(
        1000,
        label="number of eigenvalues",
        symbol="d",
        low=1,
        high=10_000,
        kind="integer",
        help="How many eigenvalues there are.",
    )
    L: float = declared(
        1.0, label="largest eigenvalue", symbol="L", low=0.0, low_open=True, high=1e12, help="The first eigenvalue."
    )
    exponent: float = declared(
        1.0,
        label="exponent",
        symbol="p",
        low=0.0,
        high=10.0,
        slider=(0.0, 2.2),
        help="The i-th eigenvalue is L times i to the power of −p.",
    )

    key: ClassVar[str] = "power"
    title: ClassVar[str] = "power law"

    def __post_init__(self) -> None:
        check_declared(self)
        if not self.size**-self.exponent > LEAST_SHARE:
            raise ParameterError("exponent", self.exponent, "so small that d to the power of −p is greater than 1e-9")
        object.__setattr__(self, "_nodes", Nodes(power_law(self.size, self.exponent, self.L)))

    def nodes(self) -> Nodes | None:
        """The power law."""
        return self._nodes  # type: ignore[attr-defined]


#: Every kind of spectrum by its key; a session holds the key and the parameters.
SPECTRA: dict[str, Any] = {kind.key: kind for kind in (OfLoss, EigenvalueList, PowerLaw)}


def power_law(size: int, exponent: float, L: float = 1.0) -> FloatArray:
    """The curvatures of a power law.

    Parameters
    ----------
    size : int
        How many modes d, from 1 to 100,000.
    exponent : float
        p, from 0 to 10.
    L : float
        Largest curvature > 0.

    Returns
    -------
    ndarray
        L i^-p for i = 1..d, (d,).

    Raises
    ------
    ParameterError
        A value is out of its range.

    Examples
    --------
    >>> power_law(3, 1.0).round(3).tolist()
    [1.0, 0.5, 0.333]
    """
    modes = require_integer("size", size, 1, MOST_MODES)
    power = require_number("exponent", exponent, 0.0, 10.0)
    return require_number("L", L, 0.0, low_open=True) * np.arange(1, modes + 1, dtype=np.float64) ** -power


def require_eigenvalues(name: str, values: ArrayLike, least: float = LEAST_SHARE) -> FloatArray:
    """The eigenvalues of a positive definite matrix, checked.

    Parameters
    ----------
    name : str
        Of the argument, for the sentence of a refusal.
    values : array_like
        1 to 100,000 of them, (n,), each > 0.
    least : float
        The share of the largest that each is greater than.

    Returns
    -------
    ndarray
        As floats, (n,).

    Raises
    ------
    ParameterError
        A value is complex, or not positive and finite, or too small a share; or they are no list.

    Examples
    --------
    >>> require_eigenvalues("curvatures", [1, 2]).tolist()
    [1.0, 2.0]
    """
    if _complex(values):
        raise ParameterError(name, "complex", "real: the eigenvalues of a symmetric matrix")
    lam = require_positive(name, values)
    if lam.ndim != 1 or not 0 < len(lam) <= MOST_MODES:
        raise ParameterError(name, f"shape {lam.shape}", f"a list of 1 to {MOST_MODES:,} values")
    if not float(lam.min()) / float(lam.max()) > least:
        raise ParameterError(name, float(lam.min()), f"greater than {least:g} of the largest")
    return lam


def _complex(values: ArrayLike) -> bool:
    try:
        return np.iscomplexobj(np.asarray(values))
    except ValueError:  # ragged nested lists, of which :func:`require_positive` says so
        return False


def _one_row(name: str, values: FloatArray) -> FloatArray:
    if values.ndim != 1:
        raise ParameterError(name, f"shape {values.shape}", "a list of numbers")
    found = values.copy()
    found.flags.writeable = False
    return found
