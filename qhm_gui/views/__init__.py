"""Every view of the window, a row each. A new one is its file and its row here."""

from qhm_gui.views.base import View
from qhm_gui.views.loss import LossView
from qhm_gui.views.path import PathView
from qhm_gui.views.rate import RateView
from qhm_gui.views.several import SeveralView
from qhm_gui.views.stability import StabilityView

VIEWS: dict[str, type[View]] = {view.key: view for view in (PathView, LossView, StabilityView, RateView, SeveralView)}
