"""Every view of the window, a row each. A new one is its file and its row here."""

from qhm_gui.views.compare.basins_of_attraction import BasinsView
from qhm_gui.views.compare.loss_curves import RaceLossView
from qhm_gui.views.compare.paths import RaceView
from qhm_gui.views.compare.results_table import StandingsView
from qhm_gui.views.converge.conditions import ConditionsView
from qhm_gui.views.converge.ensemble import EnsembleView
from qhm_gui.views.converge.schedule import ScheduleView
from qhm_gui.views.explore.loss_curves import LossView
from qhm_gui.views.explore.paths import PathView
from qhm_gui.views.explore.rate_map import RateView
from qhm_gui.views.explore.stability_region import StabilityView
from qhm_gui.views.fast.best_parameters import OptimaView
from qhm_gui.views.fast.eigenbasis import EigenView
from qhm_gui.views.fast.measured_rate import SlopeView
from qhm_gui.views.fast.phase_portraits import ModesView
from qhm_gui.views.fast.rate_over_plane import RatePlaneView
from qhm_gui.views.fast.roots import RootsView
from qhm_gui.views.good.learning_rates import SeveralView
from qhm_gui.views.good.stationary_cloud import CloudView
from qhm_gui.views.good.stationary_line import StationaryLineView
from qhm_gui.views.good.stationary_map import LeftStationaryMap, RightStationaryMap
from qhm_gui.views.view import View

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
