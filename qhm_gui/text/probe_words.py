"""The words of a probe and of loss curves: sentences for the codes and numbers of `qhm_math.probe`."""

from __future__ import annotations

import math

from qhm_gui.text.choose_words import point_line
from qhm_gui.text.language import labelled, listed, tr
from qhm_gui.text.numbers import grouped, plain, scientific
from qhm_math import QHM
from qhm_math.probe import SENTENCES, CurveFit, Plateau, Probe, ProbeError, Unknown, plateau

UNKNOWN: dict[Unknown, str] = {
    Unknown.SMALLEST: "Plateaus do not tell the smallest curvature, and so no rate and no best point for a budget.",
    Unknown.SPECTRUM: "They tell tr S and tr(AS) only: near the edge of stability and as β → 1 these do not suffice.",
    Unknown.FLOOR: "The least loss was fitted with them; a known one makes them sharper.",
    Unknown.LARGEST: "No curve diverges: the largest curvature is bounded from above only.",
    Unknown.BEND: "tr(AS) takes a plateau more, at a learning rate or momentum of its own.",
    Unknown.NOISE: "tr S is not told from 0.",
    Unknown.FALLING: "A curve still falls in its last third: its plateau is lower than it is taken for.",
}
#: Above this K the noise grows with the distance so much that leaving it out makes the plateau too low.
_MUCH_FEEDBACK = 0.3


def fault_sentence(error: ProbeError) -> str:
    """What is wrong with a probe, in the language in force."""
    return tr(SENTENCES[error.kind], **error.values)


def plateau_words(found: Plateau) -> str:
    """'0.0092 ± 0.0003 (95%: 0.0085 to 0.0099)', or that there is none."""
    if not math.isfinite(found.loss):
        return tr("none: it diverges")
    low, high = (scientific(value) for value in found.interval)
    words = tr("{loss} ± {error} (95 %: {low} to {high})")
    return words.format(loss=scientific(found.loss), error=scientific(found.standard_error, 2), low=low, high=high)


def probe_lines(probe: Probe) -> list[str]:
    """What a probe holds, a sentence a line."""
    optimizer = probe.optimizer or tr("unknown")
    trace, error = probe.noise_trace
    lines = [
        tr(
            "Step {step} of a run of {parameters} parameters, batch size {batch}, optimizer {optimizer}.",
            step=grouped(probe.step),
            parameters=grouped(probe.parameters),
            batch=plain(probe.batch),
            optimizer=optimizer,
        ),
        tr(
            "Loss {loss} over {examples} samples; weight decay {decay}.",
            loss=scientific(probe.loss),
            examples=grouped(probe.examples),
            decay=plain(probe.weight_decay),
        ),
        tr(
            "Largest curvature L = {L} ({kind}), from {starts} starts of {steps} Lanczos steps.",
            L=plain(probe.largest),
            kind=tr("GGN") if probe.curvature == "ggn" else tr("Hessian"),
            starts=len(probe.noise.nodes),
            steps=probe.noise.nodes.shape[1],
        ),
        tr("Gradient noise of one sample: tr S = {trace} ± {error}.", trace=plain(trace), error=scientific(error, 2)),
        tr("Squared gradient: {square}.", square=scientific(probe.gradient_square)),
    ]
    return lines + negative_lines(probe)


def negative_lines(probe: Probe) -> list[str]:
    """How much lies on negative curvature, and what that means."""
    share = probe.negative_noise
    lines = [tr("Share of the noise on negative curvature: {share} %.", share=percent(share))]
    if share > 0:
        lines.append(tr("There is no plateau there: this share is left out of every prediction."))
    if share > 0 and probe.curvature == "hessian":
        lines.append(tr("With ggn=True the script takes the GGN, which has no negative curvature."))
    return lines


def standing_lines(probe: Probe, current: QHM | None) -> list[str]:
    """Where the run stands: its point, its distance from the minimum, and the plateau predicted for it."""
    if current is None:
        return [tr("The optimizer is not in the QHM family: there is no current point.")]
    found = plateau(probe, current)
    lines = [
        tr("Current point: {point}", point=point_line(current)),
        tr("Predicted plateau above the minimum: {plateau}", plateau=plateau_words(found)),
        tr("Now above the minimum of its quadratic: {excess}", excess=scientific(probe.excess)),
        tr(standing(probe, found)),
    ]
    return lines + much_feedback_line(probe, current)


def much_feedback_line(probe: Probe, point: QHM, batch: float | None = None) -> list[str]:
    """That the noise grows with the distance, where it does so much; else nothing."""
    k = probe.mean_square(point, batch)
    if k < _MUCH_FEEDBACK:
        return []
    words = tr("K = {k}: the noise grows with the distance, and the plateau may be higher.")
    return [words.format(k=plain(k) if math.isfinite(k) else "∞")]


def standing_words(probe: Probe) -> str:
    """'step 20 000, loss 0.345, on its plateau': a run in a few words."""
    current = probe.current()
    values = {"step": grouped(probe.step), "loss": scientific(probe.loss)}
    if current is None:
        return tr("step {step}, loss {loss}", **values)
    found = plateau(probe, current)
    if not math.isfinite(found.loss):
        return tr("step {step}, loss {loss}, diverging on its quadratic", **values)
    if _still_falls(probe, found):
        return tr("step {step}, loss {loss}, still on its way down", **values)
    return tr("step {step}, loss {loss}, on its plateau", **values)


def _still_falls(probe: Probe, found: Plateau) -> bool:
    """Whether the run is clearly above its plateau, which is finite."""
    return probe.excess > 2 * found.interval[1]


def standing(probe: Probe, found: Plateau) -> str:
    """Whether the run is on its plateau, as an English sentence to be translated."""
    if not math.isfinite(found.loss):
        return "The current point diverges on this quadratic."
    if _still_falls(probe, found):
        return "It is still on its way down."
    return "It is on its plateau: only other parameters, or a larger batch, lower the loss further."


def sure_line(share: float, count: int) -> str:
    """'Best of 14 points in 93% of resamplings of the probe.'"""
    return tr("Best of {count} points in {share} % of resamplings of the probe.", count=count, share=percent(share))


def percent(share: float) -> str:
    """A share in percent: whole, or two figures below 1 %."""
    value = 100 * share
    return plain(value, 2) if 0 < value < 1 else f"{value:.0f}"


def curve_lines(found: CurveFit) -> list[str]:
    """What loss curves tell, and what they do not."""

    def both(pair: tuple[float, float]) -> str:
        return f"{plain(pair[0])} ± {scientific(pair[1], 2)}"

    lines = [tr("tr S = {value}", value=both(found.noise_trace))]
    if found.curved_trace is not None:
        lines.append(tr("tr(AS) = {value}", value=both(found.curved_trace)))
    if found.mean_curvature is not None:
        lines.append(tr("mean curvature that the noise meets: {value}", value=plain(found.mean_curvature)))
    lines.append(tr("least loss f* = {value}", value=both(found.floor)))
    low, high = found.largest
    if low > 0 and math.isfinite(high) and low < high:
        lines.append(tr("largest curvature L from {low} to {high}", low=plain(low), high=plain(high)))
    elif low > 0 and not low < high:
        lines.append(tr("The curves that diverge contradict condition (13): their noise grows with the distance."))
    else:
        lines.append(tr("largest curvature L below {high}", high=plain(high)))
    lines += ["", tr("Plateaus, measured and fitted:")]
    for curve, measured, fitted in found.levels:
        lines.append("  " + labelled(point_line(curve.point), listed(scientific(measured), scientific(fitted))))
    return [*lines, "", *(tr(UNKNOWN[code]) for code in found.unknown)]
