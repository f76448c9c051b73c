"""What the theorems ask of the loss and of the noise, against the losses themselves and against runs."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from qhm_math import QHM, convergence_rate, max_stable_alpha, run
from qhm_math.expression import TypedLoss
from qhm_math.losses import (
    FINITE_SUMS,
    LOSSES,
    Growth,
    Himmelblau,
    LeastSquares,
    Logistic,
    Loss,
    Plateau,
    Quadratic,
    Rastrigin,
)
from qhm_math.noise import GaussianNoise, IsotropicNoise, Noise, NoNoise
from qhm_math.scheduled import ScheduledQHM
from qhm_math.schedules import (
    Constant,
    Cosine,
    PlateauDrops,
    Power,
    PowerToOne,
    Schedule,
    Subject,
    Theorem,
    Why,
    check_theorems,
)
from tests.examples import examples

ONE = Constant(1.0)
NOISE = IsotropicNoise(0.1)
#: Keeps every condition of Theorem 1 on a schedule.
FALLING = Schedule(Power(0.2, 0.6), Power(0.5, 0.5), ONE)


def verdicts(theorem: Theorem) -> dict[Subject, str]:
    return {each.subject: each.verdict for each in (*theorem.conditions, *theorem.assumptions)}


class Bare:
    """A loss of another package, which does not say how it grows."""

    def __getattr__(self, name: str) -> Any:
        if name == "growth":
            raise AttributeError(name)
        return getattr(Quadratic(), name)


@pytest.mark.parametrize("schedule", [FALLING, Schedule(Constant(0.5), Constant(0.5), ONE)])
def test_of_a_loss_that_does_not_say_how_it_grows_nothing_is_promised(schedule: Schedule) -> None:
    theorems = check_theorems(schedule, cast(Loss, Bare()), NoNoise())
    asked = {each.subject: each.reason.why for theorem in theorems for each in theorem.assumptions}
    assert asked[Subject.SMOOTH] is Why.NOT_KNOWN
    assert all(theorem.verdict != "holds" for theorem in theorems)


@pytest.mark.parametrize("kind", FINITE_SUMS.values())
def test_every_finite_sum_says_how_its_batch_noise_grows(kind: Any) -> None:
    loss = kind()
    spread = []
    for radius in (1e2, 1e4):
        gradients = loss.component_gradients(np.array([radius, radius / 3]))
        spread.append(np.linalg.norm(gradients - gradients.mean(axis=0), axis=-1).max())
    near, far = spread  # both are 0 where every sample is saturated
    assert far <= 1.1 * near if loss.batch_noise is Growth.BOUNDED else 50 * near < far < 110 * near


def test_himmelblau_is_not_promised_what_only_the_schedule_keeps() -> None:
    """SHB, α = .2, β = .5, noise .1: every condition on the schedule holds, and every run diverges."""
    first = check_theorems(FALLING, Himmelblau(), NOISE)[0]
    assert first.schedule_verdict == "holds" and first.verdict == "fails"
    assert verdicts(first) | {Subject.SMOOTH: "fails", Subject.GRADIENT: "fails"} == verdicts(first)
    assert verdicts(first)[Subject.BELOW] == "holds" and verdicts(first)[Subject.NOISE] == "holds"
    whole = run(Himmelblau(), ScheduledQHM((FALLING,)), Himmelblau().start(), 100, NOISE, members=20)
    assert (whole.diverged_at >= 0).all()


@pytest.mark.parametrize(
    ("loss", "noise", "expected"),
    [
        (Quadratic(), NOISE, "holds"),
        (Quadratic(), NoNoise(), "holds"),
        (Quadratic(), GaussianNoise(), "holds"),
        (Plateau(), NOISE, "holds"),
        (Rastrigin(), NOISE, "holds"),
        (LeastSquares(), NOISE, "holds"),
        (Logistic(), NoNoise(), "holds"),
        (Logistic(decay=0.1), NoNoise(), "holds"),
        *((loss, NOISE, "fails") for loss in examples(LOSSES) if loss.growth is Growth.FASTER),
        (TypedLoss("x**2 + y**2"), NOISE, "undecided"),
        (TypedLoss("x"), NOISE, "undecided"),  # no lowest value: here the theorem would be wrong
    ],
)
def test_theorem_1_on_each_loss(loss: Loss, noise: Noise, expected: str) -> None:
    first, second, _ = check_theorems(FALLING, loss, noise)
    assert first.verdict == expected and first.schedule_verdict == "holds"
    assert second.verdict == "does not apply"


def test_what_is_not_bounded_is_held_by_a_falling_learning_rate_only() -> None:
    constant = Schedule(Constant(0.2), Power(0.5, 0.5), ONE)
    drops = Schedule(PlateauDrops(0.2, 0.5, 10), Power(0.5, 0.5), ONE)
    for schedule, expected in ((FALLING, "holds"), (constant, "open"), (drops, "open")):
        found = verdicts(check_theorems(schedule, LeastSquares(), NoNoise())[0])
        assert found[Subject.GRADIENT] == found[Subject.NOISE] == expected
    everything = verdicts(check_theorems(constant, LeastSquares(batch=100), NoNoise())[0])
    assert everything[Subject.NOISE] == "holds"  # a batch of all samples is exact
    assert verdicts(check_theorems(constant, Logistic(), NoNoise())[0])[Subject.GRADIENT] == "holds"


@pytest.mark.parametrize(
    "loss", [pytest.param(Quadratic(mu=0.3), marks=pytest.mark.soak), LeastSquares(kappa=3.0)], ids=type
)
@pytest.mark.slow
def test_second_moments_stay_bounded_where_the_gradient_is_linear(loss: Loss) -> None:
    """[G] asks for a bounded gradient: on these, where it is not, the iterates are held and converge all the same."""
    schedules = (FALLING, Schedule(Power(1.0, 0.85), PowerToOne(0.5, 0.6), PowerToOne(0.5, 0.7)))
    for schedule in schedules:
        assert "holds" in [theorem.verdict for theorem in check_theorems(schedule, loss, NOISE)]
    whole = run(loss, ScheduledQHM(schedules), (30.0, -20.0), 12_000, NOISE, members=20)
    for positions in np.moveaxis(whole.positions, 1, 0):
        squares = ((positions - loss.minima()[0]) ** 2).sum(axis=-1).mean(axis=-1)
        assert squares.max() < 4 * squares[0] and squares[-1] < 0.01


@pytest.mark.slow
def test_the_buffer_must_follow_the_gradient() -> None:
    """The conditions of [G] as they stand hold, and the iterates go to infinity: what Σα²/(1-β) < ∞ keeps out."""
    alpha, nu = Power(1.0, 0.85), PowerToOne(0.5, 0.55)
    still = check_theorems(Schedule(alpha, PowerToOne(0.5, 3.0), nu))[1]
    assert {each.subject for each in still.conditions if each.verdict != "holds"} == {Subject.BUFFER_RATIO}
    follows = check_theorems(Schedule(alpha, PowerToOne(0.5, 0.6), nu))[1]
    assert follows.verdict == "holds"
    schedules = (Schedule(alpha, PowerToOne(0.5, 3.0), nu), Schedule(alpha, PowerToOne(0.5, 0.6), nu))
    loss = Quadratic(mu=0.3)
    whole = run(loss, ScheduledQHM(schedules), (-2.6, 0.55), 30_000, NoNoise())
    distances = np.linalg.norm(whole.positions[:, :, 0], axis=-1)
    assert distances[30_000, 0] > 1.5 * distances[3000, 0] > 2 * distances[300, 0]  # as 1/(1-ν_k), k^.55
    assert distances[30_000, 1] < 1e-3


# Theorem 3


def third(schedule: Schedule, loss: Loss, noise: Noise | None = None) -> Theorem:
    found = check_theorems(schedule, loss, noise)[2]
    assert found.number == 3
    return found


def test_constants_below_the_bound_converge_on_a_quadratic_without_noise() -> None:
    loss = Quadratic(mu=0.1, L=1.0)
    theorem = third(Schedule(Constant(1.7), Constant(0.8), Constant(0.7)), loss)
    assert theorem.verdict == "holds"
    values = dict(theorem.conditions[1].reason.values)
    assert values["bound"] == float(max_stable_alpha(0.8, 0.7, 1.0))
    assert values["R"] == pytest.approx(float(convergence_rate(QHM(1.7, 0.8, 0.7), 0.1, 1.0)))
    whole = run(loss, ScheduledQHM((Schedule(Constant(1.7), Constant(0.8), Constant(0.7)),)), (3.0, 2.0), 400, None)
    distances = np.linalg.norm(whole.positions[:, 0, 0], axis=-1)
    assert (distances[400] / distances[200]) ** (1 / 200) == pytest.approx(values["R"], rel=0.02)


@pytest.mark.parametrize(
    ("schedule", "loss", "noise", "expected", "why"),
    [
        (Schedule(Constant(0.5), Constant(0.8), ONE), LeastSquares(batch=100), None, "holds", Why.BELOW_BOUND),
        (Schedule(Constant(9.0), Constant(0.5), ONE), Quadratic(), None, "fails", Why.ABOVE_BOUND),
        (Schedule(Constant(2.0), Constant(0.0), ONE), Quadratic(), None, "fails", Why.ABOVE_BOUND),  # on the edge
        (Schedule(Power(1.0, 0.5), Constant(0.5), ONE), Quadratic(), None, "does not apply", Why.VARYING),
        (Schedule(Cosine(1.0, 0.5, 50), Constant(0.5), ONE), Quadratic(), None, "does not apply", Why.VARYING),
        (Schedule(Constant(0.5), Constant(0.5), ONE), TypedLoss("x**2 + y**2"), None, "undecided", Why.NOT_KNOWN),
        (Schedule(Constant(0.5), Constant(0.5), ONE), Quadratic(), NOISE, "does not apply", Why.NOISY),
        (Schedule(Constant(0.5), Constant(0.5), ONE), Quadratic(), IsotropicNoise(0.0), "holds", Why.BELOW_BOUND),
        (Schedule(Constant(0.5), Constant(0.5), ONE), LeastSquares(), None, "does not apply", Why.NOISY),
        (Schedule(Constant(0.5), Constant(0.5), ONE), Rastrigin(), None, "does not apply", Why.NOT_QUADRATIC),
    ],
)
def test_where_theorem_3_holds(schedule: Schedule, loss: Loss, noise: Noise | None, expected: str, why: Why) -> None:
    theorem = third(schedule, loss, noise)
    assert theorem.verdict == expected
    assert theorem.conditions[1].reason.why == why
