"""A card of a page: a view with its options, its legend, its menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QMenu

from qhm_gui.appearance.theme import Theme
from qhm_gui.appearance.type_size import TYPE_SIZES
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.drawing import markup
from qhm_gui.state.state import State, choices_at, value_at
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_gui.views.view import Chip, Option, View
from qhm_gui.widgets.buttons import IconButton
from qhm_gui.widgets.card import Card
from qhm_gui.widgets.legend import Item, LegendChips
from qhm_gui.widgets.menu import make_menu
from qhm_gui.widgets.segments import Segments
from qhm_gui.window.type_size import TypeSize


class _Caption(QLabel):
    """The name of an option, left of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("caption")

    def set_type(self, scale: float) -> None:
        """So many times as large as usual: for a room."""
        self.setStyleSheet(f"font-size: {12 * scale:.1f}px" if scale != 1 else "")


class ViewCard:
    """A card around one view: its header's options and legend, bound to the store."""

    def __init__(
        self,
        view: View,
        store: Store,
        type_size: TypeSize,
        film: Callable[[str], None],
        export: Callable[[str, str], None],
        *,
        quiet: bool = False,
    ) -> None:
        """``film`` is called with the view's key when one is asked for; ``export`` also with what to do. ``quiet``: a
        card without buttons and menu."""
        self.view = view
        self._film = film
        self._export = export
        self._store = store
        self._type_size = type_size
        self.card = Card(view.title)
        self._options: list[tuple[Option, Segments]] = []
        self._chips = LegendChips() if view.legend else None
        if self._chips is not None:
            self._chips.toggled.connect(self._toggle)
            self._chips.solo.connect(self._solo)
            self._chips.hovered.connect(view.emphasise)
            self.card.add_header(self._chips)
        self._captions: list[tuple[str, QLabel]] = []
        for option in view.options:
            if option.caption:
                caption = _Caption()
                self._captions.append((option.caption, caption))
                self.card.add_header(caption)
            segments = Segments(choices_at(store.state, option.field), small=True, name=option.caption or view.title)
            segments.chosen.connect(lambda value, field=option.field: store.update(**{field: value}))
            self._options.append((option, segments))
            self.card.add_header(segments)
        self._play = IconButton("pause", self._play_words) if view.plays else None
        if self._play is not None:
            again = IconButton("replay", lambda: tr("Train from the start (Home)"))
            self._play.clicked.connect(view.play)
            again.clicked.connect(view.rewind)
            self.card.add_header(self._play)
            self.card.add_header(again)
        self.card.set_body(view.widget)
        if quiet:
            self.card.set_buttons(expand=False, menu=False)
            return
        self.card.set_buttons(help=view.explanation() is not None)
        self.card.help_requested.connect(self._help)
        self.card.expand_requested.connect(self._expand)
        self.card.menu_requested.connect(self._menu)
        self.card.dragged.connect(lambda: self._export("drag", self.view.key))
        view.menu_requested.connect(self._menu)

    def mark(self, state: State, failed: bool = False) -> None:
        """Bring the header in line with the state; ``failed``: the view has nothing to show of it."""
        self.card.set_expanded(state.expanded == self.view.key)
        if failed:
            words = tr("The error is in the log; F1 gives its location.")
            self.card.set_message((tr("This could not be computed"), words), "info")
            return
        for words, caption in self._captions:
            caption.setText(tr(words))
        words = self.view.words(state)
        self.card.set_subtitle(words)
        for part in self.view.parts:
            if not isinstance(part, ColourBar):
                part.setAccessibleName(markup.plain_text(tr(self.view.title)))
                part.setAccessibleDescription(markup.plain_text(words))
        self.card.set_message(self.view.message(state), "info")
        for option, segments in self._options:
            segments.set_value(value_at(state, option.field))
        if self._play is not None:
            self._play.set_icon("pause" if self.view.going else "play")
            self._play.retranslate()
        if self._chips is not None:
            theme = self.view.style.theme
            self._chips.set_items([legend_item(chip, theme) for chip in self.view.chips(state)])
            self._chips.set_hidden(self.view.hidden(state))

    def _play_words(self) -> str:
        return tr("{action} (Space)", action=self.view.play_words())

    def _toggle(self, key: str) -> None:
        self._store.update(**self.view.toggle(self._store.state, key))

    def _solo(self, key: str) -> None:
        self._store.update(**self.view.solo(self._store.state, key))

    def _expand(self) -> None:
        key = self.view.key
        self._store.update(expanded="" if self._store.state.expanded == key else key)

    def _help(self) -> None:
        from qhm_gui.dialogs.help_sheet import HelpSheet

        row = self.view.explanation()
        assert row is not None, "what is not explained has no button for it"
        sheet = HelpSheet(self.card, self.view.style.theme, tr(self.view.title), row)
        sheet.exec()
        sheet.deleteLater()

    def _menu(self, where: QPoint) -> None:
        menu = make_menu(self.card, self.view.style.theme)
        menu.addAction(tr("Expand") if not self._store.state.filling else tr("Back to all cards"), self._expand)
        for offer in self.view.offers:
            menu.addAction(markup.plain_text(offer.tip), offer.take)
        self._add_type_sizes(menu)
        if self.view.explanation() is not None:
            menu.addAction(tr("Explain"), self._help)
        menu.addAction(tr("Export…"), lambda: self._export("ask", self.view.key))
        menu.addAction(tr("Copy as picture"), lambda: self._export("copy_picture", self.view.key))
        menu.addAction(tr("Copy as SVG"), lambda: self._export("copy_svg", self.view.key))
        menu.addAction(tr("Animation…"), lambda: self._film(self.view.key))
        menu.exec(where)

    def _add_type_sizes(self, menu: QMenu) -> None:
        sizes = make_menu(menu, self.view.style.theme)
        sizes.setTitle(tr("Type size"))
        for percent in TYPE_SIZES:
            action = sizes.addAction(f"{percent} %", partial(self._type_size.choose, percent))
            action.setCheckable(True)
            action.setChecked(percent == self._type_size.percent)
        menu.addMenu(sizes)


def legend_item(chip: Chip, theme: Theme) -> Item:
    """A method as a chip of the legend."""
    key, name, look = chip
    return key, name, theme.method(look.color), look.shape, look.dash
