"""Every view of the window, a row each. A new one is its file and its row here."""

from qhm_gui.views.base import View
from qhm_gui.views.basins import BasinsView
from qhm_gui.views.cloud import CloudView
from qhm_gui.views.conditions import ConditionsView
from qhm_gui.views.eigen import EigenView
from qhm_gui.views.ensemble import EnsembleView
from qhm_gui.views.loss import LossView
from qhm_gui.views.modes import ModesView
from qhm_gui.views.optima import OptimaView
from qhm_gui.views.path import PathView
from qhm_gui.views.race import RaceView
from qhm_gui.views.race_loss import RaceLossView
from qhm_gui.views.rate import RateView
from qhm_gui.views.rate_plane import RatePlaneView
from qhm_gui.views.roots import RootsView
from qhm_gui.views.schedule import ScheduleView
from qhm_gui.views.several import SeveralView
from qhm_gui.views.slope import SlopeView
from qhm_gui.views.stability import StabilityView
from qhm_gui.views.standings import StandingsView
from qhm_gui.views.stationary_line import StationaryLineView
from qhm_gui.views.stationary_map import LeftStationaryMap, RightStationaryMap

VIEWS: dict[str, type[View]] = {
    view.key: view
    for view in (
        PathView,
        LossView,
        StabilityView,
        RateView,
        SeveralView,
        RatePlaneView,
        RootsView,
        SlopeView,
        OptimaView,
        ModesView,
        EigenView,
        ConditionsView,
        ScheduleView,
        EnsembleView,
        CloudView,
        StationaryLineView,
        LeftStationaryMap,
        RightStationaryMap,
        RaceView,
        RaceLossView,
        BasinsView,
        StandingsView,
    )
}

#: Views that speak of the curvatures at a minimum: they have nothing to say of a loss without one.
NEED_MINIMUM = frozenset(
    {
        *("stability", "rate", "rate_plane", "roots", "slope", "optima", "modes", "eigen"),
        *("cloud", "stationary_line", "stationary_left", "stationary_right"),
    }
)
