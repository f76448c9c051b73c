"""Weights of past gradients against the iteration itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhm_math import QHM
from qhm_math.past_gradients import gradient_weights


@given(st.floats(0, 0.999), st.floats(0, 1))
def test_they_are_those_of_the_iteration(beta: float, nu: float) -> None:
    """A single gradient of 1 goes in; what each later step makes of it is its weight then."""
    buffer, steps = 0.0, []
    for gradient in (1.0, *[0.0] * 30):
        buffer = beta * buffer + (1 - beta) * gradient
        steps.append((1 - nu) * gradient + nu * buffer)
    np.testing.assert_allclose(gradient_weights(QHM(1.0, beta, nu), 31), steps, rtol=1e-12, atol=1e-15)


@given(st.floats(0, 0.999), st.floats(0, 1), st.integers(1, 200))
def test_they_sum_to_what_a_run_of_that_length_has(beta: float, nu: float, count: int) -> None:
    total = gradient_weights(QHM(1.0, beta, nu), count).sum()
    assert total == pytest.approx(1 - nu * beta**count, abs=1e-12)


@pytest.mark.parametrize("count", [0, -1, 1.5])
def test_a_count_that_is_none_is_refused(count: float) -> None:
    with pytest.raises(ValueError, match="count"):
        gradient_weights(QHM(1.0, 0.5, 0.5), count)  # type: ignore[arg-type]
