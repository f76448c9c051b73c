"""Rows of the public surface: what the packages and modules below `qhm_math` export, and what needs no row."""

# Anything at all is passed, which no type allows.
# pyright: reportCallIssue=false, reportArgumentType=false

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM, batch_budget, checks, choose, compare, eigenvalues, minibatch_modes, networks, probe
from qhm_math.choose import Problem
from qhm_math.compare import basins, outcomes
from qhm_math.compare import compare as run_all
from qhm_math.eigenvalues import Nodes
from qhm_math.experiments import Axis, SweepSettings, plan_of
from qhm_math.expression import TypedLoss, read
from qhm_math.lanczos import lanczos, spectral_measures
from qhm_math.losses import FINITE_SUMS, batch_covariance
from qhm_math.methods import METHODS, NU_RULES, tied_point
from qhm_math.minibatch import largest_mean_square_alpha, require_batch, require_spectrum
from qhm_math.newer_conversions import schedule_free_betas
from qhm_math.past_gradients import gradient_weights
from qhm_math.probed import OfProbe
from qhm_math.schedules import SCHEDULES, Schedule, check_theorems, from_start, resting
from qhm_math.spectrum import require_interval
from qhm_math.stability import max_stable_alpha
from qhm_math.stationary import require_modes
from qhm_math.tuning import tune, tuned_loss
from tests.examples import examples
from tests.math.any_values import (
    BATCH,
    COUNT,
    CURVATURES,
    FINITE,
    HUGE,
    INTERVAL,
    LOSS,
    MATRIX,
    MOMENTUM,
    NOISE,
    NOT_NEGATIVE,
    NUMBER,
    PAIR,
    POSITIVE,
    SHARE,
    SMALL,
    TINY,
    VARIANCE,
    VARIANCES,
    Source,
    either,
    numbers,
)
from tests.math.surface_theory import Call

OFFSET = either(st.floats(-10.0, 10.0) | st.floats(-1e150, 1e150), numbers(-1e150, 1e150) | FINITE)
_RUN = st.one_of(st.integers(1, 60), st.sampled_from([1, 1000, 10**6, 10**7]))
FEW = either(_RUN, st.one_of(_RUN, COUNT))
FACTOR = either(st.floats(0.01, 100.0), numbers(TINY, HUGE))
OTHER_METHODS = [kind for kind in METHODS.values() if kind.__name__ not in qm.__all__]
BUDGETS = either(st.lists(_RUN, max_size=2, unique=True).map(sorted), st.lists(FEW, max_size=2))
LIST = st.lists(numbers(-1e3, 1e3), min_size=2, max_size=6)


def problem(v: Source) -> Problem:
    match v(st.integers(0, 3)):
        case 0:
            return Problem.additive(v(CURVATURES), v(VARIANCE), v(OFFSET))
        case 1:
            return Problem.interval(*v(INTERVAL), v(VARIANCE), v(OFFSET))
        case 2:
            return Problem.mini_batches(v(CURVATURES), v(VARIANCE), v(BATCH), v(OFFSET))
        case _:
            parts = (v(st.one_of(st.none(), CURVATURES)) for _ in range(3))
            return Problem.of_nodes(Nodes(v(CURVATURES), *parts), v(VARIANCE), v(OFFSET), v(st.none() | BATCH))


def point_of(v: Source, of: Problem) -> QHM:
    """A point about the stability bound of the problem, or anywhere."""
    if v(st.booleans()):
        return v.point()
    beta, nu = v(st.floats(0.0, 1 - 1e-12)), v(st.floats(0.0, 1.0))
    share = v(st.one_of(st.floats(1e-6, 1.5), st.sampled_from([1.0, 1 - 2.0**-53, 1 + 2.0**-52, 1e-300])))
    return QHM(share * float(max_stable_alpha(beta, nu, of.L)), beta, nu)


def on(v: Source, function: Any, *rest: Any) -> Any:
    """function(problem, point, …)"""
    of = problem(v)
    return function(of, point_of(v, of), *map(v, rest))


def mild(v: Source) -> Problem:
    """A problem on which a search ends soon."""
    if v(st.booleans()):
        return Problem.additive(v(CURVATURES), v(VARIANCE), v(OFFSET))
    return Problem.mini_batches(v(CURVATURES), v(VARIANCE), v(BATCH), v(OFFSET))


def along(family: Any, v: Source) -> Any:
    return family.values(v(NOT_NEGATIVE)), family.values(v(COUNT)), family.limit(), family.supremum()


def schedule(v: Source) -> Schedule:
    families = st.sampled_from(sorted(SCHEDULES))
    return Schedule(*(v.fields(SCHEDULES[v(families)]) for _ in range(3)))


def comparison(v: Source) -> Any:
    lanes = [method() for method in (qm.SGD, qm.SHB)]
    return run_all(v(LOSS), lanes, v(PAIR), v(COUNT), v(NOISE), v(COUNT), v(st.integers(1, 3)))


def some_measure(v: Source, key: str = "measure") -> probe.Measure:
    size = v(st.integers(1, 3))
    row = st.lists(numbers(-10.0, 10.0), min_size=size, max_size=size)
    weights = st.lists(numbers(0.0, HUGE), min_size=size, max_size=size)
    if v(st.booleans()):
        return probe.Measure(v(FINITE), v(NOT_NEGATIVE), key)
    return probe.Measure([v(row), v(row)], [v(weights), v(weights)], key)


def some_probe(v: Source) -> probe.Probe:
    mild_row = st.lists(st.floats(-1.0, 10.0), min_size=3, max_size=3)
    weights = st.lists(st.floats(0.0, 5.0), min_size=3, max_size=3)

    def measure(rows: int, key: str) -> probe.Measure:
        scale = v(st.sampled_from([1.0, 1.0, 1e-50, 1e50]))
        nodes = scale * np.array([v(mild_row) for _ in range(rows)])
        return probe.Measure(nodes, [v(weights) for _ in range(rows)], key)

    parts = measure(2, "noise"), measure(2, "trace"), measure(1, "gradient")
    loss, batch = v(either(st.floats(0.0, 9.0), FINITE)), v(either(st.floats(1.0, 1e6), BATCH))
    rest = (v(either(st.integers(1, 10**9), COUNT)) for _ in range(4))
    decay = v(either(st.floats(0.0, 1.0), NOT_NEGATIVE))
    return probe.Probe(*parts, v(either(LIST.map(np.abs), FINITE)), loss, batch, *rest, decay)


def a_curve(v: Source) -> probe.Curve:
    losses = st.lists(st.floats(0.9, 1.0) | st.floats(0.0, 1e3), min_size=12, max_size=14)
    return probe.Curve(v.point(), v(either(losses, FINITE)), v(either(st.floats(1.0, 1e9), BATCH)))


def sweep_settings(v: Source) -> SweepSettings:
    share = either(st.just((0.1, 0.9)), INTERVAL)
    axes = [Axis(*v(either(st.just((0.1, 2.0)), INTERVAL)), v(COUNT), v(st.booleans()))]
    axes += [Axis(*v(share), v(either(st.integers(1, 3), COUNT)), v(st.booleans())) for _ in range(2)]
    rest = (
        v(either(st.floats(0.1, 99.0), NUMBER)),
        v(SMALL),
        v(SMALL),
        "scratch",
        v(either(st.just(0), COUNT)),
        v(st.none() | NUMBER),
    )
    return SweepSettings("quadratic", *axes, *rest)


ROOMS: dict[str, Call] = {
    "batch_budget.best_loss_after": lambda v: batch_budget.best_loss_after(
        v(MOMENTUM), v(SHARE), v(CURVATURES), v(VARIANCE), v(BATCH), v(either(LIST, st.one_of(OFFSET, LIST))), v(FEW)
    ),
    "batch_budget.pays_from": lambda v: batch_budget.pays_from(
        np.array([1.0, 2.0, 4.0]), *(np.array(v(st.lists(numbers(0.0, HUGE), min_size=3, max_size=3))) for _ in "ab")
    ),
    "checks.require_array": lambda v: checks.require_array("value", v(FINITE)),
    "checks.require_positive": lambda v: checks.require_positive("value", v(POSITIVE)),
    "checks.require_number": lambda v: checks.require_number("value", v(FINITE)),
    "checks.require_integer": lambda v: checks.require_integer("value", v(COUNT)),
    "checks.require_covariance": lambda v: checks.require_covariance("value", v(MATRIX)),
    "checks.require_hessian": lambda v: checks.require_hessian("value", v(MATRIX)),
    "checks.require_point": lambda v: checks.require_point("value", v(PAIR)),
    "choose.Problem": lambda v: problem(v),
    "choose.Problem.with_errors": lambda v: problem(v).with_errors(v(FACTOR), v(FACTOR)),
    "choose.Problem.coarse": lambda v: problem(v).coarse(v(COUNT)),
    "choose.Problem.rate": lambda v: on(v, Problem.rate),
    "choose.Problem.start_loss": lambda v: problem(v).start_loss,
    "choose.Problem.stationary_loss": lambda v: on(v, Problem.stationary_loss),
    "choose.Problem.mean_square_coefficient": lambda v: on(v, Problem.mean_square_coefficient),
    "choose.Problem.max_mean_square_alpha": lambda v: on(v, Problem.max_mean_square_alpha),
    "choose.Problem.expected_loss": lambda v: on(v, Problem.expected_loss, COUNT),
    "choose.ErrorBox": lambda v: choose.ErrorBox(
        *((v(either(st.floats(1e-300, 1.0), FINITE)), v(either(st.floats(1.0, 1e3), FINITE))) for _ in "ab")
    ),
    "choose.CutRule": lambda v: choose.CutRule(v(SHARE), v(COUNT), v(SHARE), v(SHARE)),
    "choose.held_loss": lambda v: on(v, choose.held_loss, FEW),
    "choose.loss_after": lambda v: on(v, choose.loss_after, FEW),
    "choose.outcome": lambda v: on(v, choose.outcome, FEW),
    "choose.price_of_alpha": lambda v: on(v, choose.price_of_alpha, FEW, POSITIVE),
    "choose.interval_of": lambda v: on(v, choose.interval_of, FEW),
    "choose.position": lambda v: on(v, choose.position),
    "choose.steps_to_target": lambda v: on(v, choose.steps_to_target, POSITIVE, FEW),
    "choose.cut_schedule": lambda v: on(v, choose.cut_schedule, st.one_of(st.integers(1, 30), COUNT)),
    "choose.greedy_schedule": lambda v: on(v, choose.greedy_schedule, st.one_of(st.integers(1, 20), COUNT)),
    "choose.raise_momentum": lambda v: choose.raise_momentum(problem(v), v(NUMBER), v(MOMENTUM), v(SHARE)),
    "choose.front_at": lambda v: choose.front_at(mild(v), v(SHARE), preview=True),
    "choose.trade_off": lambda v: choose.trade_off(mild(v), v(COUNT), preview=True),
    "choose.best_for_steps": lambda v: choose.best_for_steps(mild(v), v(FEW), rough=True),
    "choose.best_against_steps": lambda v: choose.best_against_steps(mild(v), v(BUDGETS)),
    "choose.best_in_worst_case": lambda v: choose.best_in_worst_case(mild(v), v(FEW)),
    "choose.fewest_steps": lambda v: choose.fewest_steps(mild(v), v(POSITIVE), v(FEW)),
    "choose.named_points": lambda v: choose.named_points(mild(v), v(FEW)),
    "choose.recommend": lambda v: choose.recommend(mild(v), v(FEW), current=v.point()),
    "choose.compare": lambda v: choose.compare(*(on(v, choose.outcome, FEW) for _ in "ab")),
    "choose.left_out": lambda v: choose.left_out(problem(v)),
    "choose.calls": lambda v: choose.calls(v.point()),
    "choose.power_law": lambda v: choose.power_law(v(COUNT), v(NOT_NEGATIVE), v(POSITIVE)),
    "choose.valley": lambda v: choose.valley(v(MOMENTUM), *v(INTERVAL)),
    "compare.compare": lambda v: comparison(v).diverged_at,
    "compare.outcomes": lambda v: [
        (row.steps_to_target, row.best_step, row.diverged) for row in outcomes(comparison(v), v(POSITIVE))
    ],
    "compare.basins": lambda v: basins(
        v(LOSS), v(st.sampled_from([qm.SGD(0.1), qm.SHB(0.1, 0.9)])), v(either(LIST, FINITE)),
        v(either(LIST, FINITE)), v(COUNT), None, v(COUNT), radius=v(st.none() | NUMBER), limit=v(NUMBER),
    ).reached,
    "compare.distances": lambda v: compare.distances(v(LOSS), np.zeros((2, 2)), v(st.booleans())),
    "eigenvalues.require_eigenvalues": lambda v: eigenvalues.require_eigenvalues("values", v(CURVATURES)),
    "eigenvalues.EigenvalueList": lambda v: eigenvalues.EigenvalueList(
        v(CURVATURES), *(v(either(st.just(()) | VARIANCES, NOT_NEGATIVE)) for _ in range(3))
    ),
    "eigenvalues.PowerLaw": lambda v: v.fields(eigenvalues.PowerLaw).nodes(),
    "experiments.Axis": lambda v: sweep_settings(v).points(),
    "experiments.SweepSettings": lambda v: SweepSettings.from_plain(sweep_settings(v).as_plain()),
    "experiments.plan_of": lambda v: plan_of(sweep_settings(v)),
    "expression.read": lambda v: read(f"x**2 + y**2 * ({v(st.floats(-HUGE, HUGE))!r})"),
    "expression.TypedLoss": lambda v: TypedLoss(
        "x**2 + 2*y**2", *v(either(st.just((-1.0, 1.0, -2.0, 2)), st.tuples(*[FINITE] * 4)))
    ).window(),
    "lanczos.lanczos": lambda v: lanczos(
        lambda vector: np.arange(1.0, 1.0 + len(vector)) * vector,
        v(either(LIST, FINITE)),
        v(COUNT),
        v(either(st.floats(0.0, 1.0), SHARE)),
    ),
    "lanczos.spectral_measures": lambda v: spectral_measures(
        lambda rows: np.arange(1.0, 1.0 + rows.shape[1]) * rows, [v(either(LIST, FINITE))], v(COUNT)
    ),
    **{f"losses.{kind.__name__}": lambda v, kind=kind: v.fields(kind) for kind in FINITE_SUMS.values()},
    "losses.batch_covariance": lambda v: batch_covariance(
        v(st.sampled_from(examples(FINITE_SUMS))), v(PAIR)
    ),
    **{f"methods.{kind.__name__}": lambda v, kind=kind: v.fields(kind) for kind in OTHER_METHODS},
    "methods.tied_point": lambda v: tied_point(
        v(st.sampled_from(sorted(NU_RULES))), v(numbers(TINY, HUGE)), v(numbers(0.0, 1.0)), v(numbers(0.0, 1.0))
    ),
    "minibatch.require_batch": lambda v: require_batch(v(BATCH)),
    "minibatch.require_spectrum": lambda v: require_spectrum(v(CURVATURES)),
    "minibatch.largest_mean_square_alpha": lambda v: largest_mean_square_alpha(
        v(MOMENTUM), v(SHARE), v(CURVATURES), v(BATCH), v(st.one_of(st.just(1.0), POSITIVE))
    ),
    "minibatch_modes.minibatch_mode_losses": lambda v: minibatch_modes.minibatch_mode_losses(
        v.qhm(), v(CURVATURES), v(VARIANCE), v(BATCH)
    ),
    "minibatch_modes.mean_square_rate": lambda v: minibatch_modes.mean_square_rate(v.qhm(), v(CURVATURES), v(BATCH)),
    "minibatch_modes.best_minibatch_nu": lambda v: minibatch_modes.best_minibatch_nu(
        v(POSITIVE), v(MOMENTUM), v(CURVATURES), v(BATCH)
    ),
    "networks.DigitsNetwork": lambda v: v.fields(networks.DigitsNetwork),
    "networks.NetworkLoss": lambda v: networks.NetworkLoss(
        (v(either(st.just(2), COUNT)), v(st.integers(1, 3)), 1),
        v(either(st.just([[1.0, 2.0]]), FINITE)), v(either(st.just([[0.5]]), FINITE)),
    ).start(v(COUNT), v(either(st.floats(0.0, 10.0), NOT_NEGATIVE))),
    "networks.train": lambda v: list(
        networks.train(
            networks.DigitsNetwork(samples=20, width=2),
            [networks.Stretch(v(either(st.sampled_from([50, 50.0]), COUNT)), v.point())],
        )
    )[-1].diverged,
    "newer_conversions.schedule_free_betas": lambda v: schedule_free_betas(v(COUNT)),
    "past_gradients.gradient_weights": lambda v: gradient_weights(v.point(), v(COUNT)),
    "probe.Measure": lambda v: (m := some_measure(v), m.squares, m.largest, m.negative_share(1.0)),
    "probe.Probe": lambda v: (p := some_probe(v), p.noise_trace, p.largest, p.excess, p.nodes(v(st.none() | BATCH))),
    "probe.to_bytes": lambda v: probe.from_bytes(probe.to_bytes(some_probe(v))).loss,
    "probe.plateau": lambda v: probe.plateau(some_probe(v), v.qhm(), v(st.none() | BATCH)),
    "probe.best_shares": lambda v: probe.best_shares(
        some_probe(v), [v.point(), v.point()], v(FEW), v(st.none() | BATCH), v(st.one_of(st.integers(1, 20), COUNT))
    ),
    "probe.Curve": lambda v: a_curve(v).batch,
    "probe.fit_curves": lambda v: probe.fit_curves(
        [a_curve(v) for _ in range(v(st.integers(1, 4)))], v(st.none() | NUMBER)
    ),
    "probed.OfProbe": lambda v: OfProbe.of(some_probe(v)),
    **{f"schedules.{kind.__name__}": lambda v, kind=kind: along(v.fields(kind), v) for kind in SCHEDULES.values()},
    "schedules.from_start": lambda v: from_start(v.fields(SCHEDULES["power"]), v(SHARE)),
    "check_theorems": lambda v: check_theorems(schedule(v)),
    "Schedule": lambda v: schedule(v).values(v(COUNT)),
    "ScheduledQHM": lambda v: (
        qm.run(v(LOSS), qm.ScheduledQHM((schedule(v),)), v(PAIR), v(COUNT), v(NOISE), v(COUNT)).diverged_at
    ),
    "schedules.resting": lambda v: resting(schedule(v)),
    "spectrum.require_interval": lambda v: require_interval(*v(INTERVAL)),
    "stationary.require_modes": lambda v: require_modes(v(CURVATURES), v(VARIANCES)),
    "tuning.tuned_loss": lambda v: tuned_loss(v(LOSS), [v(st.sampled_from([qm.SGD(0.1), qm.NAG(0.1, 0.5)]))],
                                              v(PAIR), v(COUNT), v(NOISE), v(COUNT)),
    "tuning.tune": lambda v: tune(qm.SGD(v(POSITIVE)), v(LOSS), v(PAIR), v(COUNT), v(NOISE), v(COUNT)),
}  # fmt: skip
