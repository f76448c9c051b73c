"""What a view is: a request taken from the state, a pure computation, and a canvas that shows the answer.

One file a view, one row in ``VIEWS`` of its page. ``compute`` needs no window: an export computes and shows through the
same view with another Style. Views know nothing of each other, of the store or of threads.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Shape, Style
from qhm_gui.canvas.drawn import Drawn
from qhm_gui.canvas.offer import Offer
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.no_theory import no_theory_words
from qhm_gui.state.state import State
from qhm_gui.text.help_words import HELP, Help
from qhm_gui.text.language import tr
from qhm_gui.views.columns import COMMON, Column
from qhm_math.losses import Loss
from qhm_math.progress import Monitor

Table = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class ChipLook:
    """How a chip of the legend shows its method: a colour (a method's key), a shape, a dash in line widths."""

    color: str
    shape: Shape
    dash: tuple[float, ...] | None = None


Chip = tuple[str, str, ChipLook]


@dataclass(frozen=True)
class Option:
    """A choice in the card's header: the path of a field of kind "choice", and a word before it."""

    field: str
    caption: str = ""


class View(QObject):
    """Abstract: a subclass sets the class variables and defines every abstract method."""

    key: ClassVar[str]
    title: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    legend: ClassVar[bool] = False
    #: Width and height, in pixels at type scale 1, below which it cannot be read.
    room: ClassVar[tuple[float, float]] = (240, 150)
    #: The same of a plot without its axes: three lines of text.
    _LEAST_PLOT: ClassVar[tuple[float, float]] = (70, 50)
    #: The height that it would like where a figure may be as high as it wants.
    liked_height: ClassVar[float] = 0
    #: Whether it shows the curvatures at a minimum: then it is asked for nothing where the loss has none.
    needs_minimum: ClassVar[bool] = False
    #: What heads the page while it is alone there, where that is another question; a sentence beside it.
    question: ClassVar[str] = ""
    lead: ClassVar[str] = ""
    #: What it explains of itself, where :data:`~qhm_gui.text.help_words.HELP` has no row for it.
    help: ClassVar[Help | None] = None
    #: The meaning of each column of :meth:`table`, by its name.
    columns: ClassVar[Mapping[str, Column]] = COMMON
    #: Whether it has a run that goes on before the eyes: its card has buttons to pause it and to begin it anew.
    plays: ClassVar[bool] = False
    #: Whether a drag elsewhere asks for it only when the hand rests: even its first answer takes longer than a frame.
    waits: ClassVar[bool] = False
    #: Whether it may take minutes: it is computed in a thread of its own, so that no other view waits for it.
    long: ClassVar[bool] = False

    edited = Signal(object)  # something was moved: the changes by field name
    began = Signal()  # what follows, up to ``ended``, is one drag
    ended = Signal()
    sought = Signal(int)  # the playhead was dragged to this step
    typing = Signal(str)  # the value of this field is to be typed
    noted = Signal(str)  # a sentence about the result: which run diverged, and where; '' for nothing to say
    menu_requested = Signal(QPoint)  # a right click; where, on the screen
    said = Signal(str)  # what lies under the mouse, for the status line
    pointed = Signal(object)  # the step under the mouse, for the other views of the page; None for none
    turned = Signal()  # what its card says and offers is another now, though the state is not
    renewed = Signal()  # what the page shows is to be computed again, though nothing has changed

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.style = style

    _result: Any = None

    @property
    def result(self) -> Any:
        """The answer that is shown; None before the first."""
        return self._result

    @classmethod
    def explanation(cls) -> Help | None:
        """What the help of its card says; None where nobody has written it: then the card has no such button."""
        return HELP.get(cls.key, cls.help)

    @property
    @abstractmethod
    def widget(self) -> QWidget:
        """What stands in the card."""
        ...

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """The canvases, colour bars and tables that its widget holds, also those that are hidden; the main one first.

        A view whose widget is none of these itself names them: nobody searches. Qt's own search makes wrappers of what
        Qt has made inside a widget (headers, viewports), and PySide may take such a wrapper's object for deleted."""
        return (self.widget,)

    @property
    def canvases(self) -> list[Canvas]:
        """The canvases that are not hidden, themselves or with what they lie in."""
        widget = self.widget
        return [part for part in self.parts if isinstance(part, Canvas) and _is_shown(part, widget)]

    def drawn(self) -> list[Drawn]:
        """What the view shows, as data: curves, areas, maps, marks and texts, in data values."""
        return [part for canvas in self.canvases for part in canvas.drawn()]

    @property
    def offers(self) -> list[Offer]:
        """The marked optima that can be taken over."""
        shown = (item for canvas in self.canvases for item in canvas.items_shown)
        return [item for item in shown if isinstance(item, Offer) and item.tip]

    def crowded(self) -> bool:
        """Whether what it shows does not fit into its widget with type of the least size.

        Several canvases, of which more or fewer are shown, share the room of one view."""
        across, down = (side * self.style.type_scale for side in self._LEAST_PLOT)
        plots = (canvas.frame().plot for canvas in self.canvases)
        return any(plot.width() < across or plot.height() < down for plot in plots)

    def offer_menu(self, widget: QWidget) -> None:
        """Let a right click on a widget that is no canvas ask for the menu of the card."""
        counted_from = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        widget.customContextMenuRequested.connect(lambda at: self.menu_requested.emit(counted_from.mapToGlobal(at)))

    @staticmethod
    @abstractmethod
    def request(state: State) -> Hashable:
        """Just what :meth:`compute` needs of the state: an equal request asks for nothing new."""
        ...

    @staticmethod
    @abstractmethod
    def compute(request: Any, monitor: Monitor) -> Iterator[Any]:
        """Pure. Yields a coarse answer first where the full one takes long."""
        ...

    @staticmethod
    def refined(request: Any, width: int, height: int) -> Hashable:
        """The request for a picture of this size: a map asks for more cells; what is exact anyway does not."""
        return request

    @abstractmethod
    def subtitle(self, state: State) -> str:
        """A few translated words beside the title (markup)."""
        ...

    def empty(self, state: State) -> tuple[str, str] | None:
        """Why there is nothing to show, and what to do about it, translated; None when there is something."""
        return None

    @abstractmethod
    def show(self, result: Any) -> None:
        """Put an answer into the items on the canvas."""
        ...

    @abstractmethod
    def mark(self, state: State) -> None:
        """Move what needs no computing: handles, crosshairs, hidden methods."""
        ...

    @staticmethod
    def lowest(result: Any) -> tuple[Loss, float] | None:
        """The loss of an answer, and the lowest value of it in runs that do not diverge; None without runs."""
        return None

    def seek(self, step: int) -> None:
        """The playhead stands at ``step``; views without an iteration ignore it."""

    def point(self, step: int | None) -> None:
        """The mouse points at ``step`` in another view of the page."""

    def along(self, state: State, changes: Mapping[str, Any]) -> dict[str, Any]:
        """More changes that belong with ``changes`` of the state, because of what is shown."""
        return {}

    @property
    def going(self) -> bool:
        """Whether its run goes on (see ``plays``)."""
        return False

    def play_words(self) -> str:
        """What :meth:`play` does now, translated."""
        return tr("Pause the training") if self.going else tr("Go on training")

    def play(self) -> None:
        """Pause its run, or let it go on."""

    def rewind(self) -> None:
        """Begin its run anew."""

    def given_up(self) -> None:
        """Know that what was asked for last is cancelled: no more answers come."""

    @staticmethod
    @abstractmethod
    def table(result: Any) -> Table:
        """The numbers of an answer for CSV and NPZ: column name -> values, all columns of one length."""
        ...

    @staticmethod
    def extent(result: Any) -> str:
        """How much of what was computed the table holds, translated (such as "a sample"); '' for all of it."""
        return ""

    # -- what windows, exports and films call: never ``request``, ``mark`` or ``subtitle`` of a view that is not ready

    @classmethod
    def ready(cls, state: State) -> bool:
        """Whether ``request``, ``mark`` and ``subtitle`` may be called: False where theory is needed and missing."""
        return not cls.needs_minimum or state.has_theory

    def message(self, state: State) -> tuple[str, str] | None:
        """Title and sentence that stand in place of the picture, translated; None where there is a picture."""
        return self.empty(state) if self.ready(state) else no_theory_words(state)

    def follow(self, state: State) -> None:
        """:meth:`mark`, where the view is ready."""
        if self.ready(state):
            self.mark(state)

    def words(self, state: State) -> str:
        """The :meth:`subtitle`; '' where the view is not ready."""
        return self.subtitle(state) if self.ready(state) else ""

    def emphasise(self, key: str) -> None:
        """Lift one method of the legend and fade the others; '' for none."""

    def chips(self, state: State) -> list[Chip]:
        """The legend in the card's header: (key, name, look) of every method drawn."""
        return [(key, name, ChipLook(key, METHOD_LOOKS[key].shape)) for key, name in legend_items(state)]

    def hidden(self, state: State) -> frozenset[str]:
        """The keys of the chips that are struck through."""
        return state.hidden

    def toggle(self, state: State, key: str) -> dict[str, Any]:
        """The changes that hide or show the method of a chip."""
        return {"hidden": state.hidden ^ {key}}

    def solo(self, state: State, key: str) -> dict[str, Any]:
        """The changes that show it alone, or all again when it is."""
        rest = frozenset(state.methods) - {key}
        return {"hidden": frozenset() if state.hidden == rest else rest}

    @abstractmethod
    def restyle(self, style: Style) -> None:
        """Take other colours or scales."""
        ...

    def retranslate(self) -> None:
        """Say the words on the canvas in the language in force."""


def _is_shown(part: QWidget, widget: QWidget) -> bool:
    return not part.isHidden() if part is widget else part.isVisibleTo(widget)


def legend_items(state: State) -> list[tuple[str, str]]:
    """(key, name) of every method drawn, in the order of the legend."""
    order = sorted(state.methods, key=list(METHOD_LOOKS).index)
    return [(key, METHOD_LOOKS[key].name) for key in order]
