"""Runs under schedules: against a loop written out longhand, and against constant parameters."""

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import ParameterError, ScheduledQHM
from qhm_math.schedules import Constant, Cosine, PlateauDrops, Power, PowerToOne, Schedule, StepDrops, Warmup

BOWL = qm.Quadratic(mu=0.05, L=1.3, rotation=35.0, shift_x=0.4, shift_y=-0.2)
SCHEDULES = (
    Schedule(Power(1.2, 0.6), PowerToOne(0.3, 0.4), PowerToOne(0.5, 0.7)),
    Schedule(StepDrops(1.0, 0.5, 7), Cosine(0.9, 0.1, 30), Warmup(1.0, 11)),
    Schedule(PlateauDrops(1.0, 0.5, 5), PlateauDrops(0.9, 0.7, 8), Constant(0.7)),
    Schedule(Cosine(1.0, 0.0, 20), Constant(0.8), PlateauDrops(1.0, 0.9, 3)),
)


def longhand(loss: qm.Loss, schedule: Schedule, start: tuple[float, float], noise: np.ndarray) -> np.ndarray:
    """One schedule, member by member and number by number, from the definition."""
    steps, members, _ = noise.shape
    x = [np.array(start, dtype=float) for _ in range(members)]
    d = [np.zeros(2) for _ in range(members)]
    rules = {name: getattr(schedule, name) for name in ("alpha", "beta", "nu")}
    lowest = dict.fromkeys(rules, np.inf)
    since = dict.fromkeys(rules, 0)
    drops = dict.fromkeys(rules, 0)
    path = [np.array(x)]
    for k in range(steps):
        now = {}
        for name, rule in rules.items():
            now[name] = float(rule.values(k))
            if isinstance(rule, PlateauDrops):
                mean = sum(float(loss.value(point)) for point in x) / members
                if mean < lowest[name]:
                    lowest[name], since[name] = mean, 0
                else:
                    since[name] += 1
                if since[name] == rule.patience:
                    drops[name], since[name] = drops[name] + 1, 0
                now[name] = rule.value * rule.factor ** drops[name]
        for member in range(members):
            g = loss.gradient(x[member]) + noise[k, member]
            d[member] = (1 - now["beta"]) * g + now["beta"] * d[member]
            x[member] = x[member] - now["alpha"] * ((1 - now["nu"]) * g + now["nu"] * d[member])
        path.append(np.array(x))
    assert not any(isinstance(rule, PlateauDrops) for rule in rules.values()) or max(drops.values()) > 1
    return np.array(path)


@pytest.mark.parametrize("loss", [BOWL, qm.LOSSES["himmelblau"]()], ids=["quadratic", "himmelblau"])
@pytest.mark.parametrize("chunk", [7, 256])
def test_the_engine_is_the_longhand_loop(loss: qm.Loss, chunk: int) -> None:
    start = loss.start()
    factor = 1.0 if loss is BOWL else 0.01
    schedules = tuple(
        Schedule(type(s.alpha)(s.alpha.value * factor, *list(vars(s.alpha).values())[1:]), s.beta, s.nu)  # type: ignore
        for s in SCHEDULES
    )
    noise = qm.draw_noise(qm.IsotropicNoise(0.4), 60, 3, seed=1)
    run = qm.run(loss, ScheduledQHM(schedules), start, 60, noise, members=3, chunk=chunk, want_buffers=True)
    assert run.positions.shape == (61, 4, 3, 2) and (run.diverged_at == -1).all()
    for cell, schedule in enumerate(schedules):
        np.testing.assert_allclose(run.positions[:, cell], longhand(loss, schedule, start, noise), rtol=1e-9, atol=1e-9)


def test_constant_schedules_are_the_constant_method() -> None:
    noise = qm.IsotropicNoise(0.3)
    schedule = Schedule(Constant(1.1), Constant(0.8), Constant(0.7))
    scheduled = qm.run(BOWL, ScheduledQHM((schedule,)), (-2.0, 1.0), 300, noise, 3, 5, want_buffers=True)
    plain = qm.run(BOWL, qm.QHM(1.1, 0.8, 0.7), (-2.0, 1.0), 300, noise, 3, 5, want_buffers=True)
    np.testing.assert_allclose(scheduled.positions[:, 0], plain.positions, rtol=1e-10, atol=1e-10)
    assert scheduled.buffers is not None and plain.buffers is not None
    np.testing.assert_allclose(scheduled.buffers[:, 0], plain.buffers, rtol=1e-10, atol=1e-10)


def test_divergence_is_a_result() -> None:
    wild = Schedule(Constant(50.0), Constant(0.5), Constant(1.0))
    calm = Schedule(Power(1.0, 0.6), Constant(0.5), Constant(1.0))
    run = qm.run(BOWL, ScheduledQHM((wild, calm)), (-2.0, 1.0), 400, None, limit=1e6)
    first = int(run.diverged_at[0, 0])
    assert 0 < first < 60 and run.diverged_at[1, 0] == -1
    assert np.isnan(run.positions[first:, 0]).all() and np.isfinite(run.positions[:first]).all()
    assert np.isfinite(run.positions[:, 1]).all()


def test_a_learning_rate_of_zero_stops_the_run() -> None:
    schedule = Schedule(Cosine(1.0, 0.0, 20), Constant(0.5), Constant(1.0))
    run = qm.run(BOWL, ScheduledQHM((schedule,)), (-2.0, 1.0), 40, qm.IsotropicNoise(1.0))
    assert (run.positions[20:] == run.positions[20]).all() and (run.positions[19] != run.positions[20]).all()


def test_no_schedule_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"^schedules = \(\) is not allowed: it must be at least one schedule\.$"):
        ScheduledQHM(())


class Stopwatch:
    """Cancels after the third report."""

    def __init__(self) -> None:
        self.told: list[float] = []

    def report(self, fraction: float) -> None:
        self.told.append(fraction)

    def cancelled(self) -> bool:
        return len(self.told) >= 3


def test_long_runs_report_and_stop() -> None:
    monitor = Stopwatch()
    run = qm.run(BOWL, ScheduledQHM(SCHEDULES), (-2.0, 1.0), 100_000, None, chunk=50, monitor=monitor)
    assert run.completed == 150 and monitor.told == [50e-5, 100e-5, 150e-5]
