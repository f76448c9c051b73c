"""`python main.py choose`: learning rate, momentum and ν for a spectrum, a noise and a budget, with their reasons."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from qhm_gui.commands.arguments import Mistake, number, whole
from qhm_gui.commands.choose_probe import Seen, asked_probe, finite, tell_curves
from qhm_gui.commands.output import language_told
from qhm_gui.files.probe_file import ProbeFileError
from qhm_gui.files.spectrum_file import SpectrumError, read_spectrum
from qhm_gui.text.choose_words import (
    call_words,
    change_lines,
    excess_words,
    interval_lines,
    left_out_lines,
    point_line,
    point_name,
    wrong_words,
)
from qhm_gui.text.language import regrouped, spoken, tr
from qhm_gui.text.numbers import grouped, plain, rate_text, scientific
from qhm_gui.text.symbols import lettered
from qhm_math import QHM, steps_per_decade
from qhm_math.choose import (
    ErrorBox,
    Outcome,
    Problem,
    Recommendation,
    fewest_steps,
    named_points,
    outcome,
    position,
    recommend,
)
from qhm_math.declared import ParameterError

Tell = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command, but for the language."""
    parser.add_argument("--mu", metavar="X", help="smallest curvature")
    parser.add_argument("--L", metavar="X", help="largest curvature")
    file = "every curvature, from text, CSV or NPY, instead of --mu and --L"
    parser.add_argument("--eigenvalues", type=Path, metavar="FILE", help=file)
    probe = "a probe of a training run (see the command probe) instead of curvatures, noise and start"
    parser.add_argument("--probe", type=Path, metavar="FILE", help=probe)
    curves = "loss curves as CSV (alpha, loss; step, beta, nu, batch): what they tell, and what they do not"
    parser.add_argument("--curves", type=Path, metavar="FILE", help=curves)
    parser.add_argument("--floor", metavar="LOSS", help="with --curves: the least loss, where it is known")
    noise = "variance of the gradient noise along every direction; with --batch, of the residuals"
    parser.add_argument("--noise", default="0", metavar="X", help=f"{noise} (default: 0)")
    parser.add_argument("--batch", metavar="B", help="examples a step: the noise is that of mini-batches")
    start = "distance of the start from the minimum along every direction"
    parser.add_argument("--start", default="1", metavar="X", help=f"{start} (default: 1)")
    parser.add_argument("--steps", metavar="N", help="the budget (default: 1000)")
    parser.add_argument("--samples", metavar="N", help="the budget in samples, with --batch")
    target = "a loss above the minimum: the fewest steps to it, within the budget"
    parser.add_argument("--target", metavar="LOSS", help=target)
    wrong = "how many times too large or too small L and the noise may be"
    parser.add_argument("--wrong", default="2", metavar="X", help=f"{wrong} (default: 2)")
    noise_wrong = "the same of the noise alone"
    parser.add_argument("--wrong-noise", metavar="X", help=f"{noise_wrong} (default: as --wrong)")
    parser.add_argument("--current", metavar="A,B,N", help="the current α, β, ν, to compare with")
    parser.add_argument("--json", action="store_true", help="the same as JSON")


def run(arguments: argparse.Namespace, tell: Tell) -> int:
    """Recommend, and tell it. Mistake, in one sentence, for what is not allowed or cannot be reached."""
    with spoken(language_told(arguments.lang)):
        try:
            if arguments.curves is not None:
                tell_curves(arguments, tell)
                return 0
            if arguments.floor is not None:
                raise Mistake("--floor needs --curves: it is the least loss of these.")
            probe, batch = None if arguments.probe is None else asked_probe(arguments), _batch(arguments)
            problem = _problem(arguments) if probe is None else probe.problem(batch)
            steps = _budget(arguments, probe.batch if probe is not None and batch is None else batch)
            wrong_noise = arguments.wrong if arguments.wrong_noise is None else arguments.wrong_noise
            wrong = _factor("--wrong", arguments.wrong), _factor("--wrong-noise", wrong_noise)
            box = ErrorBox(*((1 / factor, factor) for factor in wrong))
            current = _current(arguments.current) if arguments.current is not None else probe and probe.current()
            best = None
            if arguments.target is not None:
                best, steps = _to_target(problem, _number("--target", arguments.target), steps)
            found = recommend(problem, steps, box, current, best)
            named = [(one.key, one.qhm, outcome(problem, one.qhm, steps)) for one in named_points(problem, steps)]
            seen = None if probe is None else Seen(probe, problem, found, current, batch)
        except (SpectrumError, ProbeFileError) as error:
            raise Mistake(str(error)) from None
        except ParameterError as error:
            raise Mistake(f"--{_OPTIONS.get(error.name, error.name)}: {regrouped(str(error))}") from None
        if arguments.json:
            answer = _as_json(problem, found, named, wrong) | ({} if seen is None else {"probe": seen.as_json()})
            tell(json.dumps(finite(answer), indent=2, allow_nan=False))
        else:
            for line in [*(seen.lines() if seen else [_spectrum(problem)]), *_report(problem, found, named, wrong)]:
                tell(lettered(line))
    return 0


#: Names of the theory's arguments -> the option that each is from.
_OPTIONS = {
    **dict.fromkeys(("noise_variance", "residual_variance", "noise_variances"), "noise"),
    **dict.fromkeys(("alpha", "beta", "nu"), "current"),
    "curvatures": "mu",
    "offset": "start",
}


def _problem(arguments: argparse.Namespace) -> Problem:
    noise, start = _number("--noise", arguments.noise), _number("--start", arguments.start)
    if arguments.eigenvalues is not None:
        if arguments.mu is not None or arguments.L is not None:
            raise Mistake("--eigenvalues stands instead of --mu and --L: give the one or the others.")
        curvatures = read_spectrum(arguments.eigenvalues)
    elif arguments.mu is None or arguments.L is None:
        raise Mistake("The curvatures are missing: give --mu and --L, or --eigenvalues FILE.")
    else:
        ends = Problem.interval(_number("--mu", arguments.mu), _number("--L", arguments.L))
        curvatures = np.array([ends.mu, ends.L])
    if arguments.batch is None:
        return Problem.additive(curvatures, noise, start)
    return Problem.mini_batches(curvatures, noise, _number("--batch", arguments.batch), start)


def _batch(arguments: argparse.Namespace) -> float | None:
    return None if arguments.batch is None else _number("--batch", arguments.batch)


def _budget(arguments: argparse.Namespace, batch: float | None) -> int:
    if arguments.samples is None:
        return whole("--steps", "1000" if arguments.steps is None else arguments.steps)
    if arguments.steps is not None:
        raise Mistake("--steps and --samples are both the budget: give one of them.")
    if batch is None:
        raise Mistake("--samples needs --batch: a step sees as many samples as the batch has.")
    steps = int(whole("--samples", arguments.samples) / max(batch, 1.0))
    if steps < 1:
        raise Mistake(f"--samples {arguments.samples} is not allowed: it must be at least the batch, {plain(batch)}.")
    return steps


def _number(name: str, text: str) -> float:
    if name == "--batch" and text.strip().lower() in ("inf", "infinity", "∞"):
        return math.inf
    return number(name, text)


def _factor(name: str, text: str) -> float:
    found = _number(name, text)
    if not 1 <= found <= 100:
        raise Mistake(f"{name} {text} is not allowed: it must be at least 1 and at most 100.")
    return found


def _current(text: str) -> QHM:
    parts = text.split(",")
    if len(parts) != 3:
        raise Mistake(f"--current {text} is not a point: it must be three numbers, such as 0.1,0.9,1.")
    return QHM(*(number("--current", part) for part in parts))


def _to_target(problem: Problem, target: float, steps: int) -> tuple[QHM, int]:
    found = fewest_steps(problem, target, steps)
    if found.outcome is None:
        least = scientific(found.least)
        if found.least <= target:
            raise Mistake(
                f"--target {plain(target)} is met in {grouped(steps)} steps ({least} in the mean over the last tenth), "
                "but no point was found whose loss stays there."
            )
        raise Mistake(
            f"--target {plain(target)} cannot be reached in {grouped(steps)} steps: "
            f"the least loss in the mean over the last tenth of them is {least}."
        )
    return found.outcome.qhm, found.outcome.steps


def _spectrum(problem: Problem) -> str:
    ends = {"mu": plain(problem.mu), "L": plain(problem.L), "count": grouped(int(problem.counts.sum()))}
    return tr("{count} curvatures from μ = {mu} to L = {L}", **ends)


def _report(
    problem: Problem, found: Recommendation, named: list[tuple[str, QHM, Outcome]], wrong: tuple[float, float]
) -> list[str]:
    best, robust = found.best, found.robust
    lines = [tr("Budget: {steps} steps", steps=grouped(best.steps)), ""]
    lines += [tr("Recommended: {point}", point=point_line(best.qhm)), *_figures(best)]
    if math.isfinite(found.position.excess):  # without noise every stationary loss is 0
        lines.append("  " + excess_words(found.position.excess))
    lines.append("  " + wrong_words(wrong))
    lines += ["    " + line for line in interval_lines(found.interval, robust.nominal_regret)]
    safest = robust.outcome
    lines += ["", tr("Best in the worst case: {point}", point=point_line(safest.qhm)), *_figures(safest)]
    lines.append("  " + tr("at worst {times} times the best possible loss", times=plain(robust.regret)))
    if found.comparison is not None:
        lines += ["", tr("Against the current point ({point}):", point=point_line(found.comparison.current.qhm))]
        lines += ["  " + line for line in change_lines(found.comparison)]
    lines += ["", tr("Known methods:")]
    for key, qhm, one in named:
        place = position(problem, qhm)
        values = {
            "rate": rate_text(one.rate),
            "floor": scientific(one.stationary_loss),
            "loss": scientific(one.held_loss),
        }
        words = tr("{name}: {point}; R {rate}, stationary loss {floor}, loss {loss}")
        if math.isfinite(place.excess):
            values["times"] = plain(place.excess)
            words = tr("{name}: {point}; R {rate}, stationary loss {floor} ({times} times the least), loss {loss}")
        lines.append("  " + words.format(name=point_name(key), point=point_line(qhm), **values))
    lines += ["", tr("To copy:")]
    for call in found.calls:
        lines.append(f"  # {call_words(call)}")
        lines += [f"  {line}" for line in call.code.splitlines()]
    return [*lines, "", *left_out_lines(found.left_out)]


def _figures(one: Outcome) -> list[str]:
    decade = plain(float(steps_per_decade(one.rate)))
    count = max(1, one.steps // 10)
    return [
        "  " + tr("rate R = {rate}, {steps} steps per decade", rate=rate_text(one.rate), steps=decade),
        "  " + tr("expected loss after the last step {loss}", loss=scientific(one.expected_loss)),
        "  " + tr("mean over the last {count} steps {loss}", count=grouped(count), loss=scientific(one.held_loss)),
        "  " + tr("stationary loss {loss}", loss=scientific(one.stationary_loss)),
    ]


def _as_json(
    problem: Problem, found: Recommendation, named: list[tuple[str, QHM, Outcome]], wrong: tuple[float, float]
) -> dict[str, Any]:
    """Numbers as they are; what is not finite is null."""
    best, robust = found.best, found.robust
    interval = {
        "alpha": list(found.interval.alpha),
        "held_loss": list(found.interval.held_loss),
        "factor": wrong[0],
        "noise_factor": wrong[1],
    }
    answer = {
        "problem": {
            "mu": problem.mu,
            "L": problem.L,
            "curvatures": int(problem.counts.sum()),
            "batch": problem.batch,
            "start_loss": problem.start_loss,
        },
        "steps": best.steps,
        "recommended": {**_of(best), "interval": interval, "regret": robust.nominal_regret},
        "worst_case": {**_of(robust.outcome), "regret": robust.regret, "held_losses": list(robust.losses)},
        "named": {key: _of(one) for key, _, one in named},
        "calls": {call.package: {"code": call.code, "note": call.note.value} for call in found.calls},
        "left_out": [code.value for code in found.left_out],
    }
    if found.comparison is not None:
        changes = (*found.comparison.gains, *found.comparison.costs)
        answer["current"] = {**_of(found.comparison.current), "changes": {code.value: by for code, by in changes}}
    return answer


def _of(one: Outcome) -> dict[str, float]:
    return {
        "alpha": float(one.qhm.alpha),
        "beta": float(one.qhm.beta),
        "nu": float(one.qhm.nu),
        "rate": one.rate,
        "stationary_loss": one.stationary_loss,
        "expected_loss": one.expected_loss,
        "held_loss": one.held_loss,
    }
