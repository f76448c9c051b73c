"""Any number or array there is, for tests that hold functions to their contract."""

# Anything at all is passed, which no type allows.
# pyright: reportCallIssue=false, reportArgumentType=false

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM
from tests.examples import examples

TINY, HUGE = 5e-324, 1.7976931348623157e308
EDGES = [0.0, -0.0, TINY, 2.2e-308, 1e-300, 1e-160, 1e-16, 0.5, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 2.0, 1e16, 1e160]
EDGES += [1e300, HUGE, -1.0, -TINY, -1e300, -HUGE, math.inf, -math.inf, math.nan]
JUNK: list[Any] = [None, True, "1", "", b"1", 1j, [], {}, {1.0}, 10**400, -(10**400), [[1.0], [1.0, 2.0]], [None, 1.0]]
JUNK += [np.array([1.0 + 1j]), np.array(["a"]), np.array([True]), np.array([1, None]), object(), np.longdouble("1e400")]
JUNK += [
    np.True_,
    np.datetime64("2020"),
    np.array([10**400, 1], dtype=object),
    np.ma.masked_array([1.0, 2.0], [False, True]),
]
SHAPES = [(), (1,), (2,), (3,), (2, 1), (1, 3), (2, 3), (2, 2), (0,), (2, 0), (1, 1, 2)]
KINDS = ["list", "float64", "float32", "float16", "long double", "big-endian", "read-only", "strided", "reversed"]
KINDS += ["fortran", "NumPy scalar", "integers", "int64", "uint64", "int8", "big-endian integers", "repeated"]


def laid_out(values: np.ndarray, kind: str) -> Any:
    """The same numbers, as near as the kind can hold them, in another type or memory layout."""
    with np.errstate(all="ignore"):
        match kind:
            case "list":
                return values.tolist()
            case "float32" | "float16":
                return values.astype(kind)
            case "long double":
                return values.astype(np.longdouble)
            case "big-endian":
                return values.astype(">f8")
            case "NumPy scalar":
                return values.astype(np.float32)[()]
            case "integers":  # of Python, of any size
                return whole(values.tolist())
            case "int64" | "uint64" | "int8":
                ends = np.iinfo(kind)
                return np.clip(np.nan_to_num(values), float(ends.min), float(ends.max) * (1 - 2.0**-52)).astype(kind)
            case "big-endian integers":
                return np.clip(np.nan_to_num(values), -(2.0**62), 2.0**62).astype(">i8")
    if kind == "read-only":
        values = values.copy()
        values.flags.writeable = False
    elif kind == "strided":
        values = np.repeat(values, 2, axis=-1)[..., ::2] if values.ndim else values
    elif kind == "reversed":
        values = values[..., ::-1].copy()[..., ::-1] if values.ndim else values
    elif kind == "fortran":
        values = np.asfortranarray(values)
    elif kind == "repeated" and values.ndim:  # the same number again and again, in one place of the memory
        values = np.broadcast_to(values[..., :1], values.shape)
    return values


def whole(values: Any) -> Any:
    if isinstance(values, list):
        return [whole(value) for value in values]
    return int(values) if math.isfinite(values) else values


def plain(value: Any) -> Any:
    """The same as Python floats and float64 arrays of the usual layout."""
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    if not isinstance(value, np.ndarray | np.generic) or value.dtype.kind not in "fiu" or np.ma.is_masked(value):
        return value
    with np.errstate(all="ignore"):
        floats = np.array(value, dtype=np.float64, order="C")
    return floats if floats.ndim else float(floats)


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Mostly numbers from the range, its ends among them; sometimes any float."""
    inside = st.floats(low, high)
    edges = st.sampled_from([edge for edge in EDGES if low <= edge <= high])
    return st.one_of(inside, edges, inside, edges, inside, edges, st.floats(), st.sampled_from(EDGES))


#: Whether all arguments of a call are from their ranges and go together; without it most calls are refused at once.
GOOD = st.shared(st.sampled_from([True, True, True, False]), key="good")
#: The shape of the arrays of such a call.
COMMON = st.shared(st.sampled_from([(), (), (3,), (2, 1), (2, 3), (0,)]), key="shape")


@st.composite
def either(draw: Any, good: st.SearchStrategy[Any], anything: st.SearchStrategy[Any]) -> Any:
    return draw(good if draw(GOOD) else anything)


@st.composite
def values(draw: Any, low: float = -HUGE, high: float = HUGE, below: bool = False) -> Any:
    """A number, an array of any shape, type and layout, or seldom something else altogether; `below`: `high` is out."""
    what = draw(st.integers(0, 15))
    if draw(GOOD):
        mild = st.floats(max(low, -10.0), min(high, 10.0), exclude_max=below and high <= 10.0)
        of = st.one_of(mild, mild, st.floats(low, high, exclude_max=below))
        shape = draw(COMMON) if what < 6 else ()
        kind = draw(st.sampled_from(KINDS)) if what % 2 else "float64"
    elif what == 0:
        return draw(st.sampled_from(JUNK))
    else:
        of = numbers(low, high)
        shape = draw(st.sampled_from(SHAPES)) if what > 6 else ()
        kind = draw(st.sampled_from(KINDS))
    if not shape and (what % 3 or kind == "float64"):
        return draw(of)
    array = np.array(draw(st.lists(of, min_size=math.prod(shape), max_size=math.prod(shape))))
    return laid_out(array.reshape(shape), kind)


@st.composite
def intervals(draw: Any) -> Any:
    """μ and L: in order where they are good."""
    low, high = draw(POSITIVE), draw(POSITIVE)
    if not draw(GOOD) or not (isinstance(low, float) and isinstance(high, float)):
        return (low, high)
    return (min(low, high), max(low, high))


POSITIVE = values(TINY, HUGE)
SHARE = values(0.0, 1.0)
MOMENTUM = values(0.0, 1.0, below=True)
SMALL = st.one_of(
    st.integers(1, 40), st.integers(0, 40), st.integers(0, 40).map(np.uint8), st.integers(0, 40).map(np.array)
)
COUNT = either(SMALL, st.one_of(SMALL, st.sampled_from([*EDGES, *JUNK])))
FINITE = values()
NOT_NEGATIVE = values(0.0, HUGE)
BATCH = st.one_of(values(1.0, HUGE), values(1.0, 1e6), st.just(math.inf))
INTERVAL = intervals()
_GOOD_MATRIX = st.one_of(
    st.builds(
        lambda a, b, extra, size: np.ldexp([[a * a, a * b], [a * b, b * b + extra]], size),
        st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1), st.one_of(st.just(0), st.integers(-1060, 1020)),
    ),
    st.builds(lambda a, b: [[a, 0.0], [0.0, b]], numbers(TINY, HUGE), numbers(TINY, HUGE)),
)  # fmt: skip
MATRIX = either(_GOOD_MATRIX, st.one_of(FINITE, _GOOD_MATRIX))
NUMBER = either(st.floats(TINY, 10.0), numbers(TINY, HUGE))
BELOW_ONE = either(st.floats(0.0, 1.0, exclude_max=True), numbers(0.0, 1.0))
ZERO_TO_ONE = either(st.floats(0.0, 1.0), numbers(0.0, 1.0))
_SPECTRA = st.one_of(
    st.builds(
        lambda part, e: np.ldexp(part, e),
        st.lists(st.floats(1e-14, 1.0), min_size=3, max_size=3)
        | st.lists(st.floats(1e-14, 1.0), min_size=1, max_size=4),
        st.just(0) | st.integers(-1000, 1000),
    ),
    st.builds(lambda part: [part, 1.0, 1.0], st.floats(1e-9, 1.0)),
)
#: Curvatures of a problem, (n,): in one unit or another, some of them equal; or anything.
CURVATURES = either(_SPECTRA, st.one_of(_SPECTRA, POSITIVE))
VARIANCE = either(st.floats(0.0, 1.0) | st.floats(0.0, HUGE), numbers(0.0, HUGE) | NOT_NEGATIVE)
_THREE = st.lists(st.floats(0.0, 10.0), min_size=3, max_size=3)
#: Values for each mode of a spectrum, or one for all.
VARIANCES = either(_THREE | _THREE | st.floats(0.0, 10.0) | st.floats(0.0, HUGE), NOT_NEGATIVE)
OFFSETS = either(_THREE | _THREE | st.floats(-10.0, 10.0), FINITE)
ROW = either(st.lists(st.floats(0.0, 1.0, exclude_max=True), min_size=1, max_size=4), POSITIVE)
PAIR = either(st.tuples(*[st.one_of(st.floats(-3.0, 3.0), st.floats(-1e300, 1e300))] * 2), values(-3.0, 3.0))
NOISES = [qm.NoNoise(), qm.IsotropicNoise(), qm.GaussianNoise([[1.0, 0.5], [0.5, 2.0]]), qm.MiniBatches(4)]
KNOWN_NOISE = st.sampled_from(NOISES)
NOISE = either(st.none() | KNOWN_NOISE, st.one_of(st.none(), KNOWN_NOISE, st.sampled_from(JUNK), FINITE))
STEPS = either(st.lists(st.integers(0, 30), unique=True).map(sorted), FINITE)
LOSS = st.sampled_from(examples(qm.LOSSES))


def of_field(field: qm.Declared) -> st.SearchStrategy[Any]:
    """What a declared field allows; or anything."""
    if field.kind == "choice":
        good: Any = st.sampled_from([word for word, _ in field.choices])
    elif field.kind == "integer":
        low = int(max(field.low, -50))
        good = st.integers(low, int(min(field.high, low + 50)))
    elif field.kind == "number":
        low, high = max(field.low, -HUGE), min(field.high, HUGE)
        ends = {"exclude_min": field.low_open, "exclude_max": field.high_open}
        good = st.floats(low, high, **ends) | st.floats(max(low, -2.0), min(high, 2.0), **ends) if low < 2 else FINITE
    else:
        good = FINITE
    return either(good, FINITE)


class Source:
    """Draws arguments one after another, and keeps what it gave with a copy of each."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw
        self.given: list[tuple[Any, Any]] = []

    def __call__(self, strategy: st.SearchStrategy[Any]) -> Any:
        value = self._draw(strategy)
        kept = copy.deepcopy(value) if isinstance(value, np.ndarray | list | tuple | dict) else value
        self.given.append((value, kept))
        return value

    def qhm(self) -> QHM:
        return QHM(self(POSITIVE), self(MOMENTUM), self(SHARE))

    def point(self) -> QHM:
        return QHM(self(NUMBER), self(BELOW_ONE), self(ZERO_TO_ONE))

    def interval(self) -> tuple[Any, Any]:
        """μ and L, in order where they are numbers."""
        return self(INTERVAL)

    def local(self) -> qm.LocalQuadratic:
        return qm.local_quadratic(self(LOSS), self(KNOWN_NOISE), (0.5, -0.5))

    def chunks(self) -> Any:
        return qm.simulate(qm.Quadratic(), QHM(1.0, 0.9, 0.7), (1.0, 1.0), 20, qm.IsotropicNoise(), members=3, chunk=7)

    def fields(self, kind: Any) -> Any:
        """An instance of a class of declared fields with other numbers in all of them."""
        names = qm.declared_fields(kind)
        usual = kind() if all(field.default is not dataclasses.MISSING for field in dataclasses.fields(kind)) else None
        found = {name: self(of_field(field)) for name, field in names.items()}
        return kind(**found) if usual is None else dataclasses.replace(usual, **found)


def again(source: Source) -> Source:
    """The same arguments once more, in the plainest form."""
    left: Iterator[Any] = iter([plain(kept) for _, kept in source.given])
    return Source(lambda strategy: next(left))


def parts(result: Any) -> Iterator[Any]:
    """The arrays and numbers of a result, however it is nested."""
    if isinstance(result, tuple | list):
        for part in result:
            yield from parts(part)
    elif isinstance(result, dict):
        yield from parts([result[key] for key in sorted(result, key=str)])
    elif dataclasses.is_dataclass(result) and not isinstance(result, type):
        yield from parts([getattr(result, field.name) for field in dataclasses.fields(result)])
    else:
        yield result


def nans(result: Any) -> int:
    """How many NaN there are in a result."""
    found = [np.asarray(part) for part in parts(result) if isinstance(part, np.ndarray | np.generic | float | complex)]
    return sum(int(np.isnan(part).sum()) for part in found if part.dtype.kind in "fc")


def same(one: Any, two: Any) -> bool:
    """Whether two results are the same to the last bit."""
    if isinstance(one, np.ndarray | np.generic | float | complex | int):
        first, second = np.asarray(one), np.asarray(two)
        numeric = first.dtype.kind in "fc" and second.dtype.kind in "fc"
        return first.shape == second.shape and np.array_equal(first, second, equal_nan=numeric)
    if isinstance(one, list | tuple):
        return type(one) is type(two) and len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    return one is two or type(one) is type(two)


def same_results(one: Any, two: Any) -> bool:
    first, second = list(parts(one)), list(parts(two))
    return len(first) == len(second) and all(map(same, first, second))
