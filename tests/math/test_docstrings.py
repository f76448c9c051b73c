"""Public functions of the theory: their examples run, and their docstrings name every argument, in numpydoc's form."""

import doctest
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

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
    return [name.strip() for line in lines for name in line.split(" : ")[0].split(",")]


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
    wanted = [title for title in ("Returns", "Examples") if title not in found]
    unknown = [title for title in found if title not in SECTIONS]
    order = [] if list(found) == [title for title in SECTIONS if title in found] else ["sections out of order"]
    return [*missing, *extra, *(f"no section {title}" for title in wanted), *unknown, *order]


CASES = [
    pytest.param(function, id=f"{module}.{name}")
    for module in MODULES
    for name, function in functions(importlib.import_module(f"qhm_math.{module}"))
    if not name.startswith("require_") and UNCHECKED not in (inspect.getdoc(function) or "")
]


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


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.slow
def test_examples_run(name: str) -> None:
    module = importlib.import_module(f"qhm_math.{name}")
    result = doctest.testmod(module)
    assert result.failed == 0 and result.attempted > 0
