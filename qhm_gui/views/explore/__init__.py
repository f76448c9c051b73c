"""Explore."""

from qhm_gui.state.options.explore import PRESETS
from qhm_gui.state.pages import PageRow
from qhm_gui.views.view_rows import ViewRow

PAGE = PageRow(
    "explore",
    "Explore",
    0,
    ("path", "loss", "stability", "rate"),
    alone=("data_points",),
    transport=True,
    run=("start_x", "start_y", "steps", "runs", "seed"),
    presets=PRESETS,
)

VIEWS = (
    ViewRow("path", f"{__name__}.paths:PathView"),
    ViewRow("data_points", f"{__name__}.data_points:DataView"),
    ViewRow("loss", f"{__name__}.loss_curves:LossView"),
    ViewRow("stability", f"{__name__}.stability_region:StabilityView"),
    ViewRow("rate", f"{__name__}.rate_map:RateView"),
)
