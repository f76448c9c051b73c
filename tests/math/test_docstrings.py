"""Public functions of the theory: their examples run, and their docstrings name every argument, in numpydoc's form."""

import dataclasses
import doctest
import enum
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import qhm_math

MODULES = (
    "conjecture",
    "conversions",
    "choose.advice",
    "choose.budget",
    "choose.calls",
    "choose.front",
    "choose.held",
    "choose.named",
    "choose.robust",
    "choose.target",
    "choose.valley",
    "lanczos",
    "eigenvalues",
    "measurement",
    "modes",
    "networks.training",
    "newer_conversions",
    "noise",
    "optimum",
    "parameters",
    "probe.curves",
    "probe.plateau",
    "rate_grid",
    "regions",
    "run_statistics",
    "simulation",
    "spectrum",
    "stationary",
    "stationary_runs",
    "sweep",
    "transient",
)
UNCHECKED = "nothing is checked"  # said by helpers that the modules share, which need no sections
SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "Examples")
#: What `qhm_math` exports and a class may fulfil: said there once, not again in every class that does.
CONTRACTS = [qhm_math.Loss, qhm_math.Method, qhm_math.LinearMethod, qhm_math.Noise, qhm_math.Monitor]


def functions(module: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public functions, and public methods of public classes, that are written in the module."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing):
            yield name, thing
        elif inspect.isclass(thing) and name in ("QHM", "Conversions", "NewerConversions"):
            for method, value in vars(thing).items():
                function = getattr(value, "__func__", value)
                if not method.startswith("_") and inspect.isroutine(function):
                    yield f"{name}.{method}", function


def sections(docstring: str) -> dict[str, str]:
    """The sections of a docstring by title: a line of that title above a line of as many hyphens."""
    parts = re.split(r"^(\w[\w ]*)\n(-{3,})\n", inspect.cleandoc(docstring), flags=re.MULTILINE)
    titles, rules, bodies = parts[1::3], parts[2::3], parts[3::3]
    assert all(len(title) == len(rule) for title, rule in zip(titles, rules, strict=True)), titles
    return dict(zip(titles, bodies, strict=True))


def described(section: str) -> list[str]:
    """The names at the left margin of a Parameters section, in order."""
    lines = [line for line in section.splitlines() if line and not line.startswith(" ")]
    return [name.strip().lstrip("*") for line in lines for name in line.split(" : ")[0].split(",")]


def faults(function: Callable[..., Any]) -> list[str]:
    """What numpydoc's form asks for and the docstring lacks."""
    text = inspect.getdoc(function) or ""
    if not text:
        return ["no docstring"]
    found = sections(text)
    arguments = [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]
    names = described(found.get("Parameters", ""))
    missing = [f"{name} is not described" for name in arguments if name not in names]
    extra = [f"{name} is no argument" for name in names if name not in arguments]
    answer = [] if inspect.signature(function).return_annotation in (None, "None") else ["Returns"]
    wanted = [title for title in (*answer, "Examples") if title not in found]
    unknown = [title for title in found if title not in SECTIONS]
    order = [] if list(found) == [title for title in SECTIONS if title in found] else ["sections out of order"]
    return [*missing, *extra, *(f"no section {title}" for title in wanted), *unknown, *order]


CASES = [
    pytest.param(function, id=f"{module}.{name}")
    for module in MODULES
    for name, function in functions(importlib.import_module(f"qhm_math.{module}"))
    if not name.startswith("require_") and UNCHECKED not in (inspect.getdoc(function) or "")
]


def exported(kind: Callable[[Any], bool]) -> list[Any]:
    """What `qhm_math` exports of a kind."""
    found = {name: getattr(qhm_math, name) for name in qhm_math.__all__}
    return [pytest.param(thing, id=name) for name, thing in found.items() if kind(thing)]


def class_faults(kind: type) -> list[str]:
    """What is not said of a class: an argument of its constructor, or an argument or the answer of a method."""
    found = sections(inspect.getdoc(kind) or "")
    names = described(found.get("Parameters", "")) + described(found.get("Attributes", ""))
    plain = kind in CONTRACTS or issubclass(kind, enum.Enum)
    arguments = [] if plain else list(inspect.signature(kind).parameters)
    known = {*arguments, *vars(kind)}
    wrong = [f"{name} is not described" for name in arguments if name not in names]
    wrong += [f"{name} is neither an argument nor an attribute" for name in names if name not in known]
    promised = {name for contract in CONTRACTS if contract is not kind for name in vars(contract)}
    for name, thing in vars(kind).items():
        method = getattr(thing, "__func__", thing)
        if name.startswith("_") or name in promised or not inspect.isfunction(method):
            continue
        wrong += [f"{name}: {fault}" for fault in faults(method) if fault != "no section Examples"]
    return wrong


@pytest.mark.parametrize("function", exported(lambda thing: inspect.isroutine(inspect.unwrap(thing))))
def test_every_argument_of_an_exported_function_is_described(function: Callable[..., Any]) -> None:
    assert faults(function) == []


@pytest.mark.parametrize("kind", exported(inspect.isclass))
def test_every_argument_and_method_of_an_exported_class_is_described(kind: type) -> None:
    assert class_faults(kind) == []


def test_an_argument_that_a_class_does_not_describe_is_found() -> None:
    @dataclasses.dataclass
    class Planted:
        """One.

        Parameters
        ----------
        alpha : float
            Rate.
        gamma : float
            Nothing.
        """

        alpha: float
        beta: float

        def tried(self, step: int) -> float:
            """One."""
            return self.alpha * step

    assert class_faults(Planted) == [
        "beta is not described",
        "gamma is neither an argument nor an attribute",
        "tried: step is not described",
        "tried: no section Returns",
    ]


#: The modules that what is exported is written in.
HOMES = {
    thing.__module__.removeprefix("qhm_math.")
    for thing in (getattr(qhm_math, name) for name in qhm_math.__all__)
    if getattr(thing, "__module__", "").startswith("qhm_math.")
}


@pytest.mark.parametrize("function", CASES)
def test_every_argument_is_described(function: Callable[..., Any]) -> None:
    assert faults(function) == []


def test_a_missing_argument_is_found() -> None:
    def planted(alpha: float, beta: float) -> float:
        """One.

        Parameters
        ----------
        alpha : float
            Rate.
        gamma : float
            Nothing.

        Returns
        -------
        float
            One.
        """
        return alpha * beta

    assert faults(planted) == ["beta is not described", "gamma is no argument", "no section Examples"]


@pytest.mark.parametrize("name", sorted({*MODULES, *HOMES}))
@pytest.mark.slow
def test_examples_run(name: str) -> None:
    module = importlib.import_module(f"qhm_math.{name}")
    result = doctest.testmod(module)
    assert result.failed == 0 and (result.attempted > 0 or name not in MODULES)
