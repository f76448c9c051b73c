"""All that qhm_math's packages export, with any number or array there is: an answer without NaN, or one sentence.

The list is that of the packages; what is in none of the rows fails until it has one, or a reason to have none. pytest
turns warnings into errors, so that a RuntimeWarning fails as well.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qhm_math
from qhm_math import ParameterError
from tests.math.any_values import Source, again, nans, parts, same_results
from tests.math.surface_elsewhere import ELSEWHERE, WAITING
from tests.math.surface_rooms import ROOMS
from tests.math.surface_theory import SAID_NAN, THEORY

ROWS = {**THEORY, **ROOMS}


def exported() -> dict[str, Any]:
    """What the packages export, and the modules straight in qhm_math, by a name that tells where it is from."""
    found = {name: getattr(qhm_math, name) for name in qhm_math.__all__}
    known = {id(value) for value in found.values()}
    for module in pkgutil.walk_packages(qhm_math.__path__, "qhm_math."):
        if module.ispkg or module.name.count(".") == 1:
            own = importlib.import_module(module.name)
            for name in own.__all__ if module.ispkg else defined_in(own):
                value = getattr(own, name)
                if id(value) not in known:
                    known.add(id(value))
                    found[f"{module.name.removeprefix('qhm_math.')}.{name}"] = value
    return found


def defined_in(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    ]


def test_everything_public_has_a_row_or_a_reason() -> None:
    rows = {row.split()[0] for row in ROWS}
    tried = {name for name in exported() if any(row == name or row.startswith(f"{name}.") for row in rows)}
    elsewhere = {name for names in ELSEWHERE.values() for name in names.split()}
    assert set(exported()) - tried - elsewhere == set()
    assert elsewhere <= set(exported()) and not elsewhere & tried


def test_an_answer_is_compared_to_the_last_bit() -> None:
    assert same_results((1.0, np.array([np.nan])), (1.0, np.array([np.nan])))
    assert not same_results((1.0, np.array([1.0])), (1.0, np.array([1.0 + 2.0**-52])))
    assert nans({"a": [np.array([1.0, np.nan])]}) == 1


def hold(name: str, data: st.DataObject) -> None:
    """An answer, the same for the same numbers in any type and layout; or a sentence. Arguments stay as they are."""
    source = Source(data.draw)
    result, refused = called(name, source)
    for value, kept in source.given:
        assert same_results(value, kept), "an argument was changed"
        if isinstance(value, np.ndarray):
            arrays = [part for part in parts(result) if isinstance(part, np.ndarray)]
            assert not any(np.shares_memory(value, part) for part in arrays), "the answer is a view of an argument"
    plain, refused_plainly = called(name, again(source))
    assert refused == refused_plainly, "the type or the layout of an argument decides whether it is refused"
    assert same_results(result, plain), "the type or the layout of an argument makes another answer"
    assert nans(result) == 0 or name in SAID_NAN


def called(name: str, source: Source) -> tuple[Any, bool]:
    """What a row answers, and whether it refuses: in one sentence."""
    try:
        return ROWS[name](source), False
    except ParameterError as error:
        said = str(error)
        assert said.startswith(error.name) and said.endswith(".") and "\n" not in said and len(said) < 400
    except ValueError as error:  # of our own, such as a ProbeError, and not what NumPy or Python say
        assert type(error).__module__.startswith("qhm_math."), repr(error)
        assert "\n" not in str(error)
    return None, True


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.mark.parametrize("name", [name for name in ROWS if name not in WAITING])
@settings(max_examples=5, derandomize=True, suppress_health_check=QUIET)
@given(data=st.data())
@pytest.mark.slow
def test_an_answer_or_a_sentence(name: str, data: st.DataObject) -> None:
    hold(name, data)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.soak
def test_an_answer_or_a_sentence_for_long(name: str) -> None:
    @settings(max_examples=10 if name in WAITING else 400, deadline=None, suppress_health_check=QUIET)
    @given(data=st.data())
    def held(data: st.DataObject) -> None:
        hold(name, data)

    held()
