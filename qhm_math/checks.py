"""Refusing bad values: one exception, one sentence, the same everywhere."""

from __future__ import annotations

import math
import numbers
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

MAX_STEPS = 10_000_000
MAX_VALUES = 200_000_000  # numbers in one array that is asked for: 1.6 GB


class ParameterError(ValueError):
    """A value that is not allowed.

    Parameters
    ----------
    name : str
        The argument or field.
    value : object
        The offending value; of an array its first offending element.
    allowed : str
        The range in words. All three are attributes.

    Examples
    --------
    `str()` is one sentence for the user:

    >>> print(ParameterError("beta", 1, "at least 0 and less than 1"))
    beta = 1 is not allowed: it must be at least 0 and less than 1.
    """

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(name, value, allowed)
        self.name = name
        self.value = value
        self.allowed = allowed

    def __str__(self) -> str:
        return f"{self.name} = {show_value(self.value)} is not allowed: it must be {self.allowed}."


def show_value(value: object) -> str:
    """The value in usual notation: no trailing zeros, text in quotes, at most 80 characters."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, numbers.Integral):
        bits = int(value).bit_length()
        return str(int(value)) if bits < 256 else f"{'-' if int(value) < 0 else ''}10^{int(bits * math.log10(2))}"
    if isinstance(value, numbers.Real):
        return f"{float(value):.12g}"
    if isinstance(value, np.ndarray):
        return show_value(np.asarray(value, dtype=object).tolist())
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def show_range(low: float, high: float, low_open: bool = False, high_open: bool = False, whole: bool = False) -> str:
    """A range in words: "at least 0 and less than 1", "a finite number greater than 0"."""
    return _range_words(low, high, low_open, high_open, whole)


@lru_cache(maxsize=1024)  # asked for with every value that is checked, though only a refusal says them
def _range_words(low: float, high: float, low_open: bool, high_open: bool, whole: bool) -> str:
    noun = "a whole number" if whole else "a finite number"
    parts: list[str] = []
    if low > -math.inf:
        parts.append(("greater than " if low_open else "at least ") + _bound(low))
    if high < math.inf:
        parts.append(("less than " if high_open else "at most ") + _bound(high))
    if not parts:
        return noun
    words = " and ".join(parts)
    return words if len(parts) == 2 and not whole else f"{noun} {words}"


def _bound(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:.12g}"


def require_array(
    name: str,
    value: ArrayLike,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    low_open: bool = False,
    high_open: bool = False,
) -> FloatArray:
    """`value` as a float64 array of its own shape, every element finite and in the range.

    Raises ParameterError naming the first offending element; text, booleans, complex numbers, None, NaN and
    infinities are refused, an empty array is not.
    """
    if type(value) is float and low < value < high:  # nearly all that is checked while something is dragged
        return np.array(value)
    allowed = show_range(low, high, low_open, high_open)
    floats = as_floats(name, value, allowed)
    fine = np.isfinite(floats)
    fine &= (floats > low) if low_open else (floats >= low)
    fine &= (floats < high) if high_open else (floats <= high)
    if not fine.all():
        raise ParameterError(name, floats[~fine].flat[0] if floats.ndim else np.asarray(value)[()], allowed)
    return floats


def as_floats(name: str, value: ArrayLike, allowed: str) -> FloatArray:
    """A copy of `value` as a float64 array of its own shape; ParameterError, in those words, for what is no number.

    NaN and infinities are let through; text, booleans, complex numbers and None are not.
    """
    try:
        array: NDArray[Any] = np.asarray(value)
    except ValueError:  # ragged nested lists
        raise ParameterError(name, value, "numbers in a rectangular array") from None
    if array.dtype.kind == "O" and not any(isinstance(v, bool) or not isinstance(v, numbers.Real) for v in array.flat):
        return _from_objects(name, array, allowed)
    if array.dtype.kind not in "fiu" or (hasattr(value, "mask") and np.ma.is_masked(value)):
        # NumPy would take what is under a mask for a number; numpy.ma is slow to import, so it is asked only of such
        raise ParameterError(name, value, allowed)
    if array.dtype.itemsize <= 8:
        return array.astype(np.float64)
    with np.errstate(over="ignore", under="ignore"):  # a long double may be beyond a float
        return array.astype(np.float64)


def _from_objects(name: str, array: NDArray[Any], allowed: str) -> FloatArray:
    """What NumPy keeps as objects although they are real numbers, such as whole ones of more than 64 bits."""
    floats = np.empty(array.shape)
    for place, value in np.ndenumerate(array):
        try:
            floats[place] = float(value)
        except OverflowError:
            raise ParameterError(name, value, allowed) from None
    return floats


def require_positive(name: str, value: ArrayLike) -> FloatArray:
    """`value` as a float64 array of finite numbers greater than 0; ParameterError otherwise."""
    return require_array(name, value, 0.0, low_open=True)


def require_shapes(**shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that arrays of these names and shapes broadcast to; ParameterError where they do not."""
    try:
        return np.broadcast_shapes(*shapes.values())
    except (ValueError, RuntimeError):  # the latter for more dimensions than NumPy broadcasts
        listed = ", ".join(map(str, shapes.values()))
        raise ParameterError(", ".join(shapes), listed, "arrays of shapes that broadcast together") from None


def require_number(
    name: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    low_open: bool = False,
    high_open: bool = False,
) -> float:
    """One finite real number in the range, as a Python float; ParameterError otherwise."""
    allowed = show_range(low, high, low_open, high_open)
    value = _one_of(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ParameterError(name, value, allowed)
    try:
        number = float(value)
    except OverflowError:
        raise ParameterError(name, value, allowed) from None
    above = number > low if low_open else number >= low
    below = number < high if high_open else number <= high
    if not (math.isfinite(number) and above and below):
        raise ParameterError(name, value, allowed)
    return number


def _one_of(value: object) -> object:
    """The number in an array of shape (), which says as much as a number; anything else as it is."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value  # pyright: ignore[reportUnknownVariableType]


def is_infinity(value: object) -> bool:
    """Whether it is the number +∞, of any type; for arguments that may be infinite."""
    value = _one_of(value)
    return isinstance(value, numbers.Real) and bool(value == math.inf)  # no bool is


def require_integer(name: str, value: object, low: float = -math.inf, high: float = math.inf) -> int:
    """One whole number in the range, as an int (7.0 is 7, 7.5 refused); ParameterError otherwise."""
    allowed = show_range(low, high, whole=True)
    value = _one_of(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ParameterError(name, value, allowed)
    if isinstance(value, numbers.Integral):
        number = int(value)
    elif float(value).is_integer():
        number = int(float(value))
    else:
        raise ParameterError(name, value, allowed)
    if not low <= number <= high:
        raise ParameterError(name, value, allowed)
    return number


def require_size(steps: int, shape: tuple[int, ...]) -> None:
    """ParameterError where steps + 1 results of that shape are more than 2·10⁸ numbers."""
    cells = int(np.prod(shape, dtype=np.int64))
    if cells * (steps + 1) > MAX_VALUES:
        most = MAX_VALUES // max(1, cells) - 1
        raise ParameterError("steps", steps, f"at most {most:,} for {cells:,} modes in all")


def require_covariance(name: str, value: ArrayLike, size: int | None = None) -> FloatArray:
    """A symmetric positive semidefinite matrix (n, n), finite; ParameterError otherwise.

    Symmetric and semidefinite to 1e-12 of its largest element, because a product such as M Mᵀ is no better.
    """
    matrix = _require_symmetric(name, value, size)
    scaled, exponent = to_unit_size(matrix)
    lowest = float(np.linalg.eigvalsh(scaled)[0])
    if lowest < -1e-12:
        lowest = float(np.ldexp(lowest, exponent))
        raise ParameterError(name, value, f"positive semidefinite (its smallest eigenvalue is {lowest:.4g})")
    return matrix


def require_hessian(name: str, value: ArrayLike) -> FloatArray:
    """A symmetric positive definite matrix (n, n), finite, κ <= 10²⁰⁰; ParameterError otherwise."""
    matrix = _require_symmetric(name, value, None)
    scaled, exponent = to_unit_size(matrix)
    lowest = float(symmetric_modes(scaled)[0][0])
    if lowest <= 0:
        lowest = float(np.ldexp(lowest, exponent))
        raise ParameterError(name, value, f"positive definite (its smallest eigenvalue is {lowest:.4g})")
    if lowest < 1e-200:
        raise ParameterError(name, value, "a matrix of condition number at most 1e+200")
    return matrix


def _require_symmetric(name: str, value: ArrayLike, size: int | None) -> FloatArray:
    shape = "a square matrix" if size is None else f"a {size} by {size} matrix"
    try:
        matrix = require_array(name, value)
    except ParameterError as error:
        raise ParameterError(name, value, f"{shape} of finite numbers") from error
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise ParameterError(name, value, f"{shape} of finite numbers")
    if size is not None and matrix.shape[0] != size:
        raise ParameterError(name, value, f"{shape} of finite numbers")
    with np.errstate(over="ignore"):
        apart = matrix.T - matrix
    if float(np.abs(apart).max()) > 1e-12 * float(np.abs(matrix).max()):
        raise ParameterError(name, value, "symmetric")
    return np.tril(matrix) + np.tril(matrix, -1).T


def to_unit_size(matrix: FloatArray) -> tuple[FloatArray, int]:
    """(M, e) with matrix = 2^e M and elements of M at most 1: its products neither overflow nor vanish; exact."""
    exponent = int(np.frexp(np.abs(matrix).max())[1])
    return np.ldexp(matrix, -exponent), exponent


def symmetric_modes(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues (n,), ascending, and eigenvectors (n, n), in columns, of a symmetric matrix of unit size.

    The smaller of two eigenvalues is the determinant, taken without rounding, over the larger one, and so right to
    its last digits at any condition number κ. An eigenvalue of a larger matrix is only right to 2·10⁻¹⁶ of the largest
    one (the smallest to κ 2·10⁻¹⁶ of itself), unless the matrix is diagonal.
    """
    values, basis = np.linalg.eigh(matrix)
    if len(matrix) == 2 and matrix[0, 1] != 0:
        from fractions import Fraction  # here, because it is slow to import

        a, b, c = (Fraction(float(v)) for v in (matrix[0, 0], matrix[0, 1], matrix[1, 1]))
        larger = max(values, key=abs)
        smaller = float((a * c - b * b) / Fraction(float(larger)))
        values = np.array(sorted((float(larger), smaller)))
    return values, basis


def require_point(name: str, value: ArrayLike) -> FloatArray:
    """Points of the plane, shape (..., 2), finite; ParameterError otherwise."""
    points = require_array(name, value)
    if points.ndim == 0 or points.shape[-1] != 2:
        raise ParameterError(name, value, "a pair of finite numbers")
    return points


def where(condition: Any, yes: Any, no: Any) -> FloatArray:
    """np.where for real numbers, typed: NumPy's own overloads lose the type of what came out of a ufunc."""
    return np.where(condition, yes, no)  # pyright: ignore[reportUnknownVariableType]
