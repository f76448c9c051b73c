"""Experiments."""

from qhm_gui.state.options.experiments import PRESETS
from qhm_gui.state.pages import PageRow
from qhm_gui.views.view_rows import ViewRow

PAGE = PageRow(
    "experiments",
    "Experiments",
    2,
    ("sharpness", "training_loss"),
    question="Does a network find the stability bound?",
    lead="Training drives sharpness up to *L*, the largest stable curvature.",
    options="experiments",
    run=("experiments.steps", "seed"),
    own_loss=True,
    alone=("sweep",),
    presets=PRESETS,
)

VIEWS = (
    ViewRow("sharpness", f"{__name__}.sharpness:SharpnessView"),
    ViewRow("training_loss", f"{__name__}.training_loss:TrainingLossView"),
    ViewRow("sweep", f"{__name__}.sweep:SweepView"),
)
