"""Compare."""

from qhm_gui.state.pages import PageRow
from qhm_gui.views.view_rows import ViewRow

PAGE = PageRow(
    "compare",
    "Compare",
    2,
    ("race", "race_loss", "basins", "standings"),
    transport=True,
    options="compare",
    run=("start_x", "start_y", "steps", "seed"),
    own_methods=True,
)

VIEWS = (
    ViewRow("race", f"{__name__}.paths:ComparedPathsView"),
    ViewRow("race_loss", f"{__name__}.loss_curves:ComparedLossView"),
    ViewRow("basins", f"{__name__}.basins_of_attraction:BasinsView"),
    ViewRow("standings", f"{__name__}.results_table:ResultsTableView"),
)
