"""Does it converge?"""

from qhm_gui.state.options.converge import PRESETS
from qhm_gui.state.pages import PageRow
from qhm_gui.views.view_rows import ViewRow

PAGE = PageRow(
    "converge",
    "Converge?",
    1,
    ("conditions", "schedule", "ensemble"),
    question="Does it converge?",
    lead="Noise vanishes if *α* → 0, but not too fast; *νβ* → 1 must be slower than *α* → 0.",
    options="converge",
    run=("start_x", "start_y", "converge.steps", "converge.runs", "seed"),
    tall=("conditions",),
    alone=("weights",),
    presets=PRESETS,
    telling="ensemble",
)

VIEWS = (
    ViewRow("conditions", f"{__name__}.conditions:ConditionsView"),
    ViewRow("schedule", f"{__name__}.schedule:ScheduleView"),
    ViewRow("ensemble", f"{__name__}.ensemble:EnsembleView"),
    ViewRow("weights", f"{__name__}.past_gradients:PastGradientsView"),
)
