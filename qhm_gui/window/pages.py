"""Which views stand on which page: rows. A page is a grid of cards; one of them may fill it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Style, Theme
from qhm_gui.appearance.type_size import growth, style_for
from qhm_gui.background.runner import Runner
from qhm_gui.canvas.turns import turn
from qhm_gui.state.pages import PageRow, places
from qhm_gui.state.store import Store
from qhm_gui.text.language import in_a_row, tr
from qhm_gui.views import VIEWS
from qhm_gui.views.view import View
from qhm_gui.widgets.card import Card
from qhm_gui.widgets.heading import Heading
from qhm_gui.widgets.painted import apply_theme
from qhm_gui.widgets.scroll_area import ScrollArea
from qhm_gui.widgets.stylesheet import dress
from qhm_gui.window.busy_chips import BusyChips
from qhm_gui.window.type_size import TypeSize
from qhm_gui.window.view_card import ViewCard
from qhm_gui.window.view_updates import Link

#: A page narrower than this shows its cards below each other.
_ONE_COLUMN = 780
#: A page of three columns shows two below this width.
_TWO_COLUMNS = 1080
_LOWEST_CARD, _LEAST_CARD = 300, 180
#: So many milliseconds after one another the pages that are not seen take another theme or language.
_PUT_OFF = 20
#: What a card adds to the height of its view.
_CARD_FRAME = 52


class Page(ScrollArea):
    """The cards of one page, in two columns or one, or a single one that fills it."""

    noted = Signal(str)  # what a view has to say about its result
    said = Signal(str)  # what lies under the mouse
    sought = Signal(int)
    typing = Signal(str)
    film_requested = Signal(str)  # of the view with this key
    export_requested = Signal(str, str)  # a method of Exports, and the view's key

    def __init__(
        self,
        row: PageRow,
        store: Store,
        runner: Runner,
        theme: Theme,
        type_size: TypeSize,
        *,
        made: Mapping[str, View] | None = None,
        quiet: bool = False,
    ) -> None:
        """``made`` are views of it that there are already; ``quiet``: cards without buttons."""
        super().__init__()
        self.row = row
        self._quiet = quiet
        self._store = store
        self._theme = theme
        self._type_size = type_size
        self._style = Style(theme)  # the cards' size and what is chosen come with the first layout
        self.views: dict[str, View] = {}  # its cards, and of those that are opened alone what has been
        self.link = Link(store, runner, self)
        self.link.emptied.connect(self._mark)
        BusyChips(runner, self.link, self._busy_card)
        self._cards: dict[str, ViewCard] = {}
        self._ground = QWidget()
        self._notes: dict[str, str] = {}  # what each view has to say
        for key in row.views:
            self._add(key, (made or {}).get(key))
        column = QVBoxLayout(self._ground)
        column.setContentsMargins(12, 12, 12, 0 if row.transport else 12)
        column.setSpacing(12)
        self._heading: Heading | None = None
        if row.question:
            self._heading = Heading(partial(self._heads, "question"), partial(self._heads, "lead"))
            column.addWidget(self._heading)
        self._grid = QGridLayout()
        column.addLayout(self._grid, 1)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self.setWidget(self._ground)
        self._ground.setAutoFillBackground(False)  # the theme of the window behind it may be another one
        self._layout: tuple[int, str] = (0, "")
        self._rows = 1
        self._owed: dict[object, Callable[[QWidget], None]] = {}  # what is still to be done to the whole page
        self._paying = QTimer(self)
        self._paying.setSingleShot(True)
        self._paying.setInterval(_PUT_OFF)
        self._paying.timeout.connect(self._pay_in_turn)
        store.changed.connect(self._follow)
        type_size.changed.connect(self._fit_type)
        self._follow()

    def _add(self, key: str, made: View | None = None) -> None:
        """A view and its card, not shown yet."""
        view = self.views[key] = made or VIEWS[key](self._style)
        view.setParent(self)  # ends with the page: what is connected to it would keep page and view for ever
        self.link.add(view)
        view.noted.connect(partial(self._take_note, key))
        view.said.connect(self.said)
        view.sought.connect(self.sought)
        view.typing.connect(self.typing)
        view.pointed.connect(partial(self._point, key))
        view.turned.connect(partial(self._mark, key))
        film, export = self.film_requested.emit, self.export_requested.emit
        card = self._cards[key] = ViewCard(view, self._store, self._type_size, film, export, quiet=self._quiet)
        card.card.setVisible(False)
        card.card.setParent(self._ground)  # also one that waits to be opened: it ends with the page
        apply_theme(card.card, self._theme)

    def _busy_card(self, key: str) -> Card | None:
        """The card that says how far its view is; none for a run that goes on and is its own picture."""
        return None if key not in self._cards or self.views[key].plays else self._cards[key].card

    def activate(self) -> None:
        """Show this page: its cards and its visible views catch up with the state."""
        self._active = True
        self._pay()
        self._mark_cards()
        self.link.set_visible(self.visible_views)
        self._tell()

    def deactivate(self) -> None:
        """Another page is shown: ask for nothing, and follow nothing."""
        self._active = False
        self.link.set_visible([])

    def puts_off(self, act: Callable[[QWidget], None]) -> bool:
        """Whether another theme or language is taken later: where the page is not seen, when it is, or in a turn of its
        own. All pages in one turn held the window up for a third of a second."""
        if self.link.watching:
            return False
        self._owed[getattr(act, "func", act)] = act
        if not any(page._paying.isActive() for page in self._siblings()):
            self._paying.start()
        return True

    def _siblings(self) -> list[Page]:
        around = self.parentWidget() or self
        return [page for page in around.children() if isinstance(page, Page)]

    def _pay_in_turn(self) -> None:
        if not turn().take(waited=False):  # what is seen is being painted
            self._paying.start()
            return
        self._pay()
        waiting = next((page for page in self._siblings() if page._owed), None)
        if waiting is not None:
            waiting._paying.start()

    def _pay(self) -> None:
        owed, self._owed = self._owed, {}
        for act in owed.values():
            act(self)

    def seek(self, step: int, *, playing: bool = False) -> None:
        """Put the playhead of every view at ``step``."""
        for key in self.visible_views:
            for canvas in self.views[key].canvases:
                canvas.set_playing(playing)
            self.link.attempt(key, partial(self.views[key].seek, step))
            self.link.prepare(key)

    def play(self) -> bool:
        """Pause the run of a view that has one of its own, or let it go on; whether there is such a view."""
        return self._tell_player("play")

    def rewind(self) -> bool:
        """Begin it anew; whether there is such a view."""
        return self._tell_player("rewind")

    def reset_zoom(self) -> bool:
        """Show the whole again of the canvas that the mouse is on; whether one has zoomed there."""
        for key in self.visible_views:
            for canvas in self.views[key].canvases:
                if canvas.zoomed and canvas.under_mouse:
                    canvas.reset_zoom()
                    return True
        return False

    def _tell_player(self, what: str) -> bool:
        key = next((key for key in self.visible_views if self.views[key].plays), None)
        if key is not None:
            self.link.attempt(key, getattr(self.views[key], what))
        return key is not None

    def _point(self, source: str, step: int | None) -> None:
        """Show the step that is pointed at in one view in the others."""
        for key in self.visible_views:
            if key != source:
                self.link.attempt(key, partial(self.views[key].point, step))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        dress(self, theme)
        self._fit_type()

    def expand(self) -> None:
        """Let the card under the mouse, or the first, fill the page; or show all again."""
        under = [key for key in self.visible_views if self._cards[key].card.underMouse()]
        key = "" if self._store.state.filling else (*under, *self.visible_views)[0]
        self._store.update(expanded=key)

    def retranslate(self) -> None:
        """Take the language in force."""
        for key, view in self.views.items():
            self.link.attempt(key, view.retranslate)
            self.link.attempt(key, partial(view.follow, self._store.state))
            self.link.prepare(key)
        self._mark_cards()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose one column or two."""
        self._arrange()  # first, so that what is laid out below is the new arrangement
        super().resizeEvent(event)

    def _take_note(self, key: str, sentence: str) -> None:
        self._notes[key] = sentence
        self._tell()

    def _tell(self) -> None:
        """What the views that are seen have to say; what two of them say once."""
        if not self.link.watching:
            return
        told = ""
        for key in self.visible_views:
            note = self._notes.get(key, "")
            told = told if note in told else in_a_row(told, note)
        self.noted.emit(told)

    @property
    def visible_views(self) -> list[str]:
        """The keys of the views that are seen."""
        expanded = self._store.state.expanded  # this page need not be the one that is shown
        if expanded in self.row.alone and expanded not in self.views:
            self._add(expanded)
        return [expanded] if expanded in self.views else list(self.row.views)

    def _heads(self, what: str) -> str:
        """The question that heads the page, or the sentence beside it: of the view that is alone, if it has its own."""
        shown = [self.views[key] for key in self.visible_views]
        own = shown[0] if len(shown) == 1 and shown[0].question else self.row
        return tr(getattr(own, what))

    _active = True

    def _follow(self, _state: object = None) -> None:
        if self._active:
            self._mark_cards()

    def _mark_cards(self) -> None:
        """Those that are seen: whatever shows others is a change of the state, which marks them then."""
        for key in self.visible_views:
            self._mark(key)
        self._arrange()

    def _mark(self, key: str) -> None:
        card, state = self._cards[key], self._store.state
        if key in self.link.failures or not self.link.attempt(key, partial(card.mark, state)):
            card.mark(state, failed=True)

    def _arrange(self) -> None:
        visible = self.visible_views
        width = self.viewport().width()
        most = self.row.columns if width >= _TWO_COLUMNS else min(2, self.row.columns)
        columns = 1 if len(visible) == 1 or width < _ONE_COLUMN else most
        wanted = (columns, ",".join(visible))
        if wanted == self._layout:
            self._fit_type()
            return
        self._layout = wanted
        if self._heading is not None:
            self._heading.retranslate()
        for card in self._cards.values():
            self._grid.removeWidget(card.card)
            card.card.setVisible(False)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        for column in range(self.row.columns):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        cells = places(visible, self.row.tall, columns)
        self._rows = max(row + rows for row, _, rows in cells.values())
        for key, (row, column, rows) in cells.items():
            card = self._cards[key].card
            self._set_lowest(key)
            self._grid.addWidget(card, row, column, rows, 1)
            self._grid.setRowStretch(row, 1)
            card.setVisible(True)
        self._fit_type()
        if self.link.watching:
            self.activate()

    def _set_lowest(self, key: str) -> None:
        columns, alone = self._layout[0], "," not in self._layout[1]
        whole = max(_LEAST_CARD, self.viewport().height() - 24)  # so high that all of it can be seen at once
        lowest = 0 if alone or columns >= self.row.columns else min(_LOWEST_CARD, whole)
        if self._quiet:  # in a low window a talk's pictures are scrolled as well
            lowest = round(self.views[key].room[1]) + _CARD_FRAME
        self._cards[key].card.setMinimumHeight(max(lowest, self.views[key].widget.minimumHeight() + _CARD_FRAME))

    def _fit_type(self) -> None:
        """Give every view the size of type that is chosen, grown with the room that a card has."""
        room, unit = self.viewport().size(), self._type_size.unit
        wide, tall = room.width() / self._layout[0] / unit, room.height() / self._rows / unit
        factor = unit * growth(wide, tall, full_screen=self._type_size.full_screen)
        style = style_for(self._theme, self._type_size.percent, factor)
        if self._quiet:  # a plot may be covered until the room has guessed: its axes are named all the same
            style = replace(style, titles_outside=True)
            for card in self._cards.values():
                card.card.set_type(style.type_scale)
        if style == self._style:
            return
        self._style = style
        for key, view in self.views.items():
            self.link.attempt(key, partial(view.restyle, style))
        for key in self.visible_views:
            self._set_lowest(key)
        for key in self._cards:
            self._mark(key)
