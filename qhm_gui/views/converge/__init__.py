"""Does it converge?"""

from qhm_gui.state.pages import PageRow
from qhm_gui.views.view_rows import ViewRow

PAGE = PageRow(
    "converge",
    "Converge?",
    1,
    ("conditions", "schedule", "ensemble"),
    question="Does it converge?",
    lead="The noise dies out if *α* falls, but not too fast; *νβ* may go to 1, but more slowly than *α* to 0.",
    options="converge",
    run=("converge.steps", "converge.runs", "seed"),
    tall=("conditions",),
)

VIEWS = (
    ViewRow("conditions", f"{__name__}.conditions:ConditionsView"),
    ViewRow("schedule", f"{__name__}.schedule:ScheduleView"),
    ViewRow("ensemble", f"{__name__}.ensemble:EnsembleView"),
)
