"""How good?"""

from qhm_gui.state.options.good import PRESETS
from qhm_gui.state.pages import PageRow
from qhm_gui.views.view_rows import ViewRow

PAGE = PageRow(
    "good",
    "How good?",
    1,
    ("cloud", "stationary_line", "stationary_left", "stationary_right"),
    question="How good is the solution?",
    lead="Noise keeps the iterates moving: *α* sets most of their spread, *β* and *ν* change it.",
    options="good",
    run=("start_x", "start_y", "steps", "runs", "seed"),
    alone=("several", "momentum_pays", "recorded"),
    presets=PRESETS,
)

VIEWS = (
    ViewRow("cloud", f"{__name__}.stationary_cloud:CloudView"),
    ViewRow("stationary_line", f"{__name__}.stationary_line:StationaryLineView"),
    ViewRow("stationary_left", f"{__name__}.stationary_map:LeftStationaryMap"),
    ViewRow("stationary_right", f"{__name__}.stationary_map:RightStationaryMap"),
    ViewRow("several", f"{__name__}.learning_rates:LearningRatesView"),
    ViewRow("recorded", f"{__name__}.recorded_map:RecordedMapView"),
    ViewRow("momentum_pays", f"{__name__}.momentum_pays:MomentumPaysView"),
)
