"""Rows of the public surface: what `qhm_math` exports, each called with any number or array there is."""

# Anything at all is passed, which no type allows.
# pyright: reportCallIssue=false, reportArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM
from qhm_math.measurement import measured_rate
from qhm_math.modes import damping, growth, limiting_root, mode_powers, root_branches, spectrum_grid
from qhm_math.noise import make_rng
from qhm_math.optimum import best_nesterov, best_nu_phases
from qhm_math.regions import least_rippling_nu, least_stable_nu, ripple_interval, sign_change, sign_changing_nu
from qhm_math.stationary import best_stationary_nu
from tests.math.any_values import (
    BATCH,
    BELOW_ONE,
    COUNT,
    CURVATURES,
    FINITE,
    HUGE,
    JUNK,
    KNOWN_NOISE,
    LOSS,
    MATRIX,
    MOMENTUM,
    NOISE,
    NUMBER,
    OFFSETS,
    PAIR,
    POSITIVE,
    ROW,
    SHARE,
    STEPS,
    VARIANCES,
    ZERO_TO_ONE,
    Source,
    either,
    numbers,
    values,
)

Call = Callable[[Source], Any]
THEORY: dict[str, Call] = {
    "QHM": lambda v: v.qhm(),
    "QHM.sgd": lambda v: QHM.sgd(v(POSITIVE)),
    "QHM.heavy_ball": lambda v: QHM.heavy_ball(v(POSITIVE), v(MOMENTUM)),
    "QHM.nesterov": lambda v: QHM.nesterov(v(POSITIVE), v(MOMENTUM)),
    "QHM.with_axes": lambda v: v.qhm().with_axes(v(COUNT)),
    "QHM.from_pytorch_sgd": lambda v: QHM.from_pytorch_sgd(v(POSITIVE), v(MOMENTUM), v(st.booleans())),
    "QHM.from_pid": lambda v: QHM.from_pid(v(values(-HUGE, 0.0)), v(POSITIVE), v(POSITIVE)),
    "QHM.from_synthesized_nesterov": lambda v: QHM.from_synthesized_nesterov(v(POSITIVE), v(SHARE), v(POSITIVE)),
    "QHM.from_robust_momentum": lambda v: QHM.from_robust_momentum(
        v(POSITIVE), v(values(1.0, HUGE)), v(st.one_of(st.none(), SHARE))
    ),
    "QHM.from_triple_momentum": lambda v: QHM.from_triple_momentum(v(POSITIVE), v(values(1.0, HUGE))),
    "QHM.from_accsgd": lambda v: QHM.from_accsgd(v(POSITIVE), v(POSITIVE), v(POSITIVE), v(SHARE)),
    "QHM.from_two_state": lambda v: QHM.from_two_state(
        *v(
            either(
                st.sampled_from([(0.5, 1.0, 0.1, -0.1, 1.0, -0.2), QHM(0.5, 0.9, 0.7).to_two_state()]),
                st.tuples(*[FINITE] * 6),
            )
        )
    ),
    "QHM.from_averaging": lambda v: QHM.from_averaging(v(POSITIVE), v(SHARE), v(SHARE)),
    "QHM.from_schedule_free": lambda v: QHM.from_schedule_free(v(POSITIVE), v(SHARE), v(COUNT)),
    "QHM.from_lion": lambda v: QHM.from_lion(v(POSITIVE), v(MOMENTUM), v(MOMENTUM)),
    "QHM.from_two_buffers": lambda v: QHM.from_two_buffers(v(POSITIVE), v(POSITIVE), v(POSITIVE), v(SHARE)),
    "QHM.from_ademamix": lambda v: QHM.from_ademamix(v(POSITIVE), v(POSITIVE), v(SHARE)),
    "QHM.to_averaging": lambda v: v.qhm().to_averaging(),
    "QHM.to_schedule_free": lambda v: v.qhm().to_schedule_free(),
    "QHM.to_lion": lambda v: v.qhm().to_lion(),
    "QHM.to_two_buffers": lambda v: v.qhm().to_two_buffers(),
    "QHM.to_ademamix": lambda v: v.qhm().to_ademamix(),
    "QHM.to_pytorch_sgd": lambda v: v.qhm().to_pytorch_sgd(),
    "QHM.to_pid": lambda v: v.qhm().to_pid(),
    "QHM.to_synthesized_nesterov": lambda v: v.qhm().to_synthesized_nesterov(),
    "QHM.to_accsgd": lambda v: v.qhm().to_accsgd(v(SHARE)),
    "QHM.to_two_state": lambda v: v.qhm().to_two_state(),
    "transition_matrix": lambda v: qm.transition_matrix(v.qhm(), v(FINITE)),
    "roots": lambda v: qm.roots(v.qhm(), v(FINITE)),
    "spectral_radius": lambda v: qm.spectral_radius(v.qhm(), v(FINITE)),
    "regime": lambda v: qm.regime(v.qhm(), v(FINITE)),
    "convergence_rate": lambda v: qm.convergence_rate(v.qhm(), *v.interval()),
    "max_stable_alpha": lambda v: qm.max_stable_alpha(v(MOMENTUM), v(SHARE), v(POSITIVE)),
    "max_stable_alpha with batch": lambda v: qm.max_stable_alpha(v(MOMENTUM), v(SHARE), v(CURVATURES), v(BATCH)),
    "mean_square_coefficient": lambda v: qm.mean_square_coefficient(v.qhm(), v(CURVATURES), v(BATCH)),
    "is_mean_square_stable": lambda v: qm.is_mean_square_stable(v.qhm(), v(CURVATURES), v(BATCH)),
    "minibatch_stationary_loss": lambda v: qm.minibatch_stationary_loss(v.qhm(), v(CURVATURES), v(VARIANCES), v(BATCH)),
    "minibatch_expected_loss": lambda v: qm.minibatch_expected_loss(
        v.qhm(), v(CURVATURES), v(VARIANCES), v(BATCH), v(OFFSETS), v(COUNT)
    ),
    "is_stable": lambda v: qm.is_stable(v.qhm(), v(POSITIVE)),
    "steps_per_decade": lambda v: qm.steps_per_decade(v(SHARE)),
    "rate_map": lambda v: qm.rate_map(v(ROW), v(ROW), v(ZERO_TO_ONE), *v.interval()),
    "best_alpha": lambda v: qm.best_alpha(v(MOMENTUM), v(SHARE), *v.interval()),
    "best_alpha_beta": lambda v: qm.best_alpha_beta(v(SHARE), *v.interval()),
    "best_nu": lambda v: qm.best_nu(v(MOMENTUM), *v.interval()),
    "best_rate": lambda v: qm.best_rate(v(SHARE), v(values(1.0, HUGE))),
    "optimum.best_nesterov": lambda v: best_nesterov(*v.interval()),
    "optimum.best_nu_phases": lambda v: best_nu_phases(v(values(1.0, HUGE))),
    "check_conjecture": lambda v: qm.check_conjecture(v(ROW), v(either(st.just([1.5, 10.0, 1e6]), values(1.0, HUGE)))),
    "stationary_covariance": lambda v: qm.stationary_covariance(v.point(), v(MATRIX), v(MATRIX)),
    "first_order_covariance": lambda v: qm.first_order_covariance(v(POSITIVE), v(MATRIX), v(MATRIX)),
    "stationary_loss": lambda v: qm.stationary_loss(
        v.qhm(), v(CURVATURES), v(VARIANCES), v(either(st.sampled_from([None, 1, 2, 1.0]), st.sampled_from([3, *JUNK])))
    ),
    "stationary.best_stationary_nu": lambda v: best_stationary_nu(
        v(POSITIVE), v(MOMENTUM), v(CURVATURES), v(VARIANCES)
    ),
    "mean_path": lambda v: qm.mean_path(v.qhm(), v(POSITIVE), v(FINITE), v(COUNT)),
    "expected_loss": lambda v: qm.expected_loss(v.qhm(), v(CURVATURES), v(VARIANCES), v(OFFSETS), v(COUNT)),
    "regions.ripple_interval": lambda v: ripple_interval(v(MOMENTUM), v(SHARE)),
    "regions.sign_change": lambda v: sign_change(v(MOMENTUM), v(SHARE)),
    "regions.least_stable_nu": lambda v: least_stable_nu(v(POSITIVE), v(MOMENTUM), v(POSITIVE)),
    "regions.least_rippling_nu": lambda v: least_rippling_nu(v(POSITIVE), v(MOMENTUM)),
    "regions.sign_changing_nu": lambda v: sign_changing_nu(v(POSITIVE), v(MOMENTUM)),
    "modes.damping": lambda v: damping(v.qhm(), v(POSITIVE), v(SHARE)),
    "modes.root_branches": lambda v: root_branches(v.qhm(), v(FINITE)),
    "modes.spectrum_grid": lambda v: spectrum_grid(v.qhm(), *v.interval(), v(COUNT)),
    "modes.limiting_root": lambda v: limiting_root(v.qhm(), *v.interval()),
    "modes.mode_powers": lambda v: mode_powers(v.qhm(), v(POSITIVE), v(COUNT)),
    "modes.growth": lambda v: growth(v.qhm(), v(POSITIVE), v(COUNT)),
    "measured_rate": lambda v: measured_rate(
        v(st.one_of(FINITE, st.lists(st.lists(numbers(-1e3, 1e3), min_size=2, max_size=2), min_size=20, max_size=30)))
    ),
    "draw_noise": lambda v: qm.draw_noise(v(NOISE), v(COUNT), v(COUNT), v(COUNT)),
    "noise.make_rng": lambda v: make_rng(v(COUNT), v(COUNT)),
    "IsotropicNoise": lambda v: qm.IsotropicNoise(v(NUMBER)).covariance(),
    "MiniBatches": lambda v: qm.MiniBatches(v(either(st.integers(1, 99), BATCH)), v(NUMBER)).covariance(),
    "GaussianNoise": lambda v: qm.GaussianNoise(v(MATRIX)).covariance(),
    **{
        f"noise.{kind.__name__}": lambda v, kind=kind: v.fields(kind).covariance()
        for kind in qm.NOISES.values()
        if kind.__name__ not in qm.__all__
    },
    "nearest_minimum": lambda v: qm.nearest_minimum(v(LOSS), v(PAIR)),
    "has_theory": lambda v: qm.has_theory(v(LOSS), v(PAIR)),
    "local_curvatures": lambda v: qm.local_curvatures(v(LOSS), v(PAIR)),
    "run": lambda v: (
        qm.run(
            v(LOSS),
            v.qhm(),
            v(PAIR),
            v(COUNT),
            v(NOISE),
            v(COUNT),
            v(st.integers(1, 3)),
            limit=v(POSITIVE),
        ).diverged_at
    ),  # positions after divergence are NaN
    "simulate": lambda v: [
        chunk.diverged_at for chunk in qm.simulate(v(LOSS), v.qhm(), v(PAIR), v(COUNT), chunk=v(COUNT))
    ],
    "LocalQuadratic": lambda v: qm.LocalQuadratic(v(LOSS), v(KNOWN_NOISE), v(PAIR)).noise_variances,
    "local_quadratic": lambda v: (
        v.local().stationary_loss(v.point()),
        v.local().expected_loss(v.point(), v(PAIR), v(COUNT)),
        v.local().covariance(v.point()),
        v.local().rate(v.qhm()),
    ),
    "burn_in_steps": lambda v: qm.burn_in_steps(v(SHARE)),
    "mean_interval": lambda v: qm.mean_interval(v(POSITIVE), v(COUNT), v(SHARE), v(st.floats(-9.0, 9.0))),
    "sample_skewness": lambda v: qm.sample_skewness(v(ROW)),
    "running_mean": lambda v: qm.running_mean(v(values(-1e300, 1e300)), v(COUNT)),
    "run_statistics": lambda v: (
        list(
            qm.run_statistics(
                v.chunks(),
                [qm.Quadratic().value],
                v(either(st.lists(st.floats(0.0, 1.0), max_size=2), SHARE)),
                v(STEPS),
                v(STEPS),
            )
        )[-1].diverged
    ),  # what is beyond the run is NaN
    "time_means": lambda v: qm.time_means(v.chunks(), [qm.Quadratic().value], v(COUNT)),
    "stationary_means": lambda v: qm.stationary_means(
        v.local(), v.point(), v(COUNT), v(COUNT), v(COUNT), longest=1000, draws=v(POSITIVE)
    ),
    "sweep": lambda v: [
        answer.mean
        for answer in qm.sweep(
            v(LOSS), v.qhm(), v(COUNT), v(NOISE), v(COUNT), 2, burn_in=v(COUNT), cut=v(POSITIVE), limit=v(POSITIVE)
        )
    ],
    "Quadratic": lambda v: qm.Quadratic(*v.interval(), v(FINITE)),
    "Plateau": lambda v: qm.Plateau(*v.interval()),
    "Rastrigin": lambda v: v.fields(qm.Rastrigin),
    "Rosenbrock": lambda v: qm.Rosenbrock(v(POSITIVE)),
    "Saddle": lambda v: v.fields(qm.Saddle),
    "Beale": lambda v: v.fields(qm.Beale),
    "Himmelblau": lambda v: v.fields(qm.Himmelblau),
    "StyblinskiTang": lambda v: v.fields(qm.StyblinskiTang),
    "QHMMethod": lambda v: qm.QHMMethod(v(NUMBER), v(BELOW_ONE), v(ZERO_TO_ONE)).as_qhm(),
    "SGD": lambda v: qm.SGD(v(NUMBER)).as_qhm(),
    "SHB": lambda v: qm.SHB(v(NUMBER), v(BELOW_ONE)).as_qhm(),
    "NAG": lambda v: qm.NAG(v(NUMBER), v(BELOW_ONE)).as_qhm(),
}
#: What gives NaN, and says where.
SAID_NAN = {
    "steps_per_decade", "burn_in_steps",  # where the rate is NaN
    "stationary.best_stationary_nu",  # where no ν is better than another
    "mean_interval",  # for few runs
    "sample_skewness",  # of values that are not all finite
    "running_mean",  # after what is not finite
    "stationary_means",  # for cells that were not measured
    "choose.position",  # the least loss where the point does not converge
    "choose.recommend",  # the same
    "minibatch_modes.best_minibatch_nu",  # where no ν has K < 1
}  # fmt: skip
