"""How good?"""

from qhm_gui.views.pages import PageRow, ViewRow

PAGE = PageRow(
    "good",
    "How good?",
    1,
    ("cloud", "stationary_line", "stationary_left", "stationary_right"),
    question="How good is the solution?",
    lead="Noise keeps the iterates moving: *α* sets the size of the cloud, *ν* trims it.",
    options="good",
    alone=("several",),
)

VIEWS = (
    ViewRow("cloud", f"{__name__}.stationary_cloud:CloudView", needs_minimum=True),
    ViewRow("stationary_line", f"{__name__}.stationary_line:StationaryLineView", needs_minimum=True),
    ViewRow("stationary_left", f"{__name__}.stationary_map:LeftStationaryMap", needs_minimum=True),
    ViewRow("stationary_right", f"{__name__}.stationary_map:RightStationaryMap", needs_minimum=True),
    ViewRow("several", f"{__name__}.learning_rates:SeveralView"),
)
