"""How to choose?"""

from qhm_gui.state.options.choose import PRESETS
from qhm_gui.state.pages import PageRow
from qhm_gui.views.view_rows import ViewRow

PAGE = PageRow(
    "choose",
    "How to choose?",
    1,
    ("trade_off", "best_for_steps", "steps_to_target", "recommended"),
    question="How to choose *α*, *β* and *ν*?",
    lead="Fast or good: with noise no point is best at both, so the number of steps decides.",
    options="choose",
    run=("start_x", "start_y"),
    alone=("start_larger", "wrong_alpha", "training_run"),
    presets=PRESETS,
)

VIEWS = (
    ViewRow("trade_off", f"{__name__}.trade_off:TradeOffView"),
    ViewRow("best_for_steps", f"{__name__}.best_for_steps:BestForStepsView"),
    ViewRow("steps_to_target", f"{__name__}.steps_to_target:StepsToTargetView"),
    ViewRow("recommended", f"{__name__}.recommended:RecommendedView"),
    ViewRow("wrong_alpha", f"{__name__}.wrong_alpha:WrongAlphaView"),
    ViewRow("start_larger", f"{__name__}.start_larger:StartLargerView"),
    ViewRow("training_run", f"{__name__}.training_run:TrainingRunView"),
)
