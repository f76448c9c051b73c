"""What can be chosen on the page "How to choose?"."""

from __future__ import annotations

import math
from collections import ChainMap
from dataclasses import dataclass, field
from typing import Any, ClassVar

from qhm_gui.state.options.fast import PLANES
from qhm_gui.state.pages import PagePreset
from qhm_gui.text.row_words import RowChoices, example_of, title_of
from qhm_math.declared import Declared, ParameterError, check_declared, declared, declared_fields
from qhm_math.eigenvalues import SPECTRA, Nodes, OfLoss, Spectrum
from qhm_math.losses import Quadratic
from qhm_math.noise import IsotropicNoise
from qhm_math.probed import OfProbe

#: What a session may hold: the spectra to choose from, and that of a probe, which is opened and not chosen.
_KINDS = ChainMap(SPECTRA, {OfProbe.key: OfProbe})


@dataclass(frozen=True)
class ChooseOptions:
    """What the parameters are chosen for: a spectrum, a number of steps or a loss to reach, how wrong all may be."""

    spectrum: Spectrum = field(default_factory=OfLoss, metadata={"kinds": _KINDS})
    distance: float = declared(
        1.0,
        label="distance of the start",
        low=0.0,
        high=1e6,
        help="Distance of the start from the minimum along every direction.",
    )
    budget: int = declared(
        1000,
        label="steps to train",
        symbol="N",
        low=1,
        high=1_000_000,
        kind="integer",
        help="Number of steps for which the parameters are chosen.",
    )

    unit: str = declared(
        "steps",
        label="budget in",
        kind="choice",
        choices=(("steps", "steps"), ("samples", "samples")),
        help="Samples: steps times batch size.",
    )
    samples: int = declared(
        100_000,
        label="samples",
        low=1,
        high=10**15,
        kind="integer",
        help="Samples that the training may see: steps times batch size.",
    )
    target: float = declared(
        1e-3,
        label="target loss",
        symbol="ε",
        low=0.0,
        low_open=True,
        high=1e12,
        scale="log",
        slider=(1e-6, 10.0),
        help="Expected loss above the minimum that is to be reached.",
    )
    error: float = declared(
        2.0,
        label="error factor of *L*",
        low=1.0,
        high=100.0,
        help="L may be this many times smaller or larger.",
    )
    noise_error: float = declared(
        0.0,
        label="of the noise",
        low=0.0,
        high=100.0,
        zero="the same",
        help="The noise variance may be this many times smaller or larger; 0: as L.",
    )
    first: float = declared(
        0.5,
        label="first *α* in the valley",
        low=0.0,
        high=0.9,
        slider=(0.0, 0.9),
        help="Place of the first α in the valley, on a log scale: 0 is the lower end.",
    )
    factor: float = declared(
        0.5,
        label="*α* is cut by",
        low=0.0,
        low_open=True,
        high=1.0,
        high_open=True,
        slider=(0.1, 0.9),
        help="Factor by which α is multiplied when progress stops.",
    )
    patience: int = declared(
        50,
        label="patience",
        low=1,
        high=100_000,
        kind="integer",
        help="Steps without a loss 1 % lower after which α is cut.",
    )
    axes: str = declared(
        "alpha-beta",
        label="steps to a target over",
        kind="choice",
        choices=PLANES,
    )

    title: ClassVar[str] = "How to choose"

    def __post_init__(self) -> None:
        check_declared(self)
        if 0 < self.noise_error < 1:
            raise ParameterError("noise_error", self.noise_error, "0 for that of L, or at least 1 and at most 100")
        if type(self.spectrum) not in _KINDS.values():
            raise ParameterError(
                "spectrum", getattr(self.spectrum, "key", self.spectrum), "one of " + ", ".join(SPECTRA)
            )

    @property
    def errors(self) -> tuple[float, float]:
        """How many times smaller or larger L and the noise variance may be."""
        return self.error, self.noise_error or self.error

    def batch_of(self, state: Any) -> float:
        """Samples that a step sees, infinite where it has no number of them: those of the probe, or of the noise."""
        if isinstance(self.spectrum, OfProbe):
            return self.spectrum.batch
        return state.local.batch if state.has_theory else math.inf

    def counts_samples(self, batch: float) -> bool:
        """Whether the budget is in samples: only where a step sees a number of them."""
        return self.unit == "samples" and math.isfinite(batch)

    def steps(self, batch: float) -> int:
        """The budget in steps of ``batch`` samples, infinite where a step has no number of them: at least one."""
        return self.steps_of(self.samples, batch) if self.counts_samples(batch) else self.budget

    @staticmethod
    def steps_of(samples: int, batch: float) -> int:
        """Whole steps of that many samples, from 1 to 1,000,000."""
        return int(min(max(samples // batch, 1), 1_000_000))

    def of_steps(self, steps: int, batch: float) -> dict[str, Any]:
        """The changes of state that make the budget so many steps."""
        in_samples = self.counts_samples(batch)
        return {"choose.samples": int(steps * batch)} if in_samples else {"choose.budget": steps}

    @property
    def nodes(self) -> Nodes | None:
        """The directions of the spectrum; None where it is that of the loss."""
        return self.spectrum.nodes()

    def kind_field(self, name: str) -> Declared:
        """The choice of a spectrum; that of a probe only while there is one."""
        own = [(OfProbe.key, OfProbe.title)] if isinstance(self.spectrum, OfProbe) else []
        return Declared(label="eigenvalues", kind="choice", choices=RowChoices(SPECTRA, title_of, *own))

    def of_kind(self, name: str, key: Any) -> Spectrum:
        """The spectrum that choosing ``key`` begins with."""
        if self.spectrum.key == key:
            return self.spectrum
        if key not in SPECTRA:
            raise ParameterError(name, key, self.kind_field(name).allowed)
        return example_of(SPECTRA[key])

    def inner_fields(self) -> dict[str, Declared]:
        """What is declared of the spectrum, by path: 'spectrum.exponent'."""
        return {f"spectrum.{name}": field for name, field in declared_fields(self.spectrum).items()}

    def panel_fields(self, state: Any) -> tuple[str, ...]:
        """The fields that the panel shows: the spectrum, and those of what is seen."""
        batch = self.batch_of(state)
        unit = ("unit",) if math.isfinite(batch) else ()
        budget = (*unit, "samples" if self.counts_samples(batch) else "budget")
        alone = {"start_larger": (*budget, "first", "factor", "patience"), "wrong_alpha": (*budget, "error")}
        nodes = self.nodes
        start = ("distance",) if nodes is not None and nodes.offset_squares is None else ()
        spectrum = ("spectrum.key", *self.inner_fields(), *start)
        return (*spectrum, *alone.get(state.expanded, (*budget, "target", "error", "noise_error")))

    def run_fields(self, run: tuple[str, ...], state: Any) -> tuple[str, ...]:
        """The fields of the page's runs: the start in the plane only where the loss of the plane is the problem."""
        return run if self.nodes is None else ()


#: The paper's figure 4 (problem, β, ν and start of its notebook), as a schedule that begins in its valley.
_FIGURE_4: dict[str, Any] = {
    "choose.spectrum": OfLoss(),
    "loss": Quadratic(0.1, 10.0, 0.0),
    "noise": IsotropicNoise(0.3**0.5),
    "tie": "shb",
    "beta": 0.9,
    "start_x": -40.0,
    "start_y": 8.0,
    "choose.unit": "steps",
    "choose.budget": 2000,
    "choose.first": 0.5,
    "choose.factor": 0.5,
    "choose.patience": 50,
    "expanded": "start_larger",
}

PRESETS: tuple[PagePreset, ...] = (
    PagePreset(
        "figure-4",
        "Start larger:  figure 4",
        _FIGURE_4,
        ("The problem of figure 4 with a schedule that starts large and is cut.",),
    ),
    PagePreset(
        "start-larger",
        "Start larger, cut when progress stops",
        {"expanded": "start_larger"},
        ("A larger α first, cut where progress stops, against constant α.",),
    ),
    PagePreset(
        "wrong-alpha",
        "Cost of a wrong learning rate",
        {"expanded": "wrong_alpha"},
        ("Cost of an α that is wrong by a factor.",),
    ),
    PagePreset(
        "training-run",
        "Probe of a training run",
        {"expanded": "training_run"},
        ("The place of a measured PyTorch run, and changes to it.",),
    ),
)
