"""How fast?"""

from qhm_gui.state.pages import PageRow
from qhm_gui.views.view_rows import ViewRow

PAGE = PageRow(
    "fast",
    "How fast?",
    1,
    ("rate_plane", "roots", "slope", "optima", "modes", "eigen"),
    transport=True,
    question="How fast does it converge?",
    lead="Near a minimum the loss is almost quadratic: its dominant root *r* sets the rate *R*.",
    options="fast",
    run=("start_x", "start_y", "steps", "seed"),
    columns=3,
)

VIEWS = (
    ViewRow("rate_plane", f"{__name__}.rate_over_plane:RatePlaneView"),
    ViewRow("roots", f"{__name__}.roots:RootsView"),
    ViewRow("slope", f"{__name__}.measured_rate:MeasuredRateView"),
    ViewRow("optima", f"{__name__}.best_parameters:BestParametersView"),
    ViewRow("modes", f"{__name__}.phase_portraits:ModesView"),
    ViewRow("eigen", f"{__name__}.eigenbasis:EigenbasisView"),
)
