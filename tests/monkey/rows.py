"""What a monkey can do: rows. They find new pages, presets, dialogs, menu entries, shortcuts and controls in the tables
and among the widgets of the program; a new kind of act is a function here.

Each act gets the monkey and random numbers of its own, so that it does the same when others are left out.
"""

from __future__ import annotations

import random
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES, view_keys
from qhm_gui.widgets.painted import Painted, PaintedButton
from qhm_gui.widgets.slider import ParameterSlider
from qhm_gui.window.talk.talk_window import TalkWindow
from qhm_gui.window.window import Window
from tests.monkey import world

if TYPE_CHECKING:
    from tests.monkey.monkey import Monkey

Act = Callable[["Monkey", random.Random], None]


@dataclass(frozen=True)
class Row:
    """An act, how often it is done beside the others, and where it can be done."""

    key: str
    act: Act
    weight: float
    can: Callable[[Monkey], bool]


ROWS: dict[str, Row] = {}


def row(weight: float, can: Callable[[Monkey], bool]) -> Callable[[Act], Act]:
    """Put an act into the table under its name."""

    def add(act: Act) -> Act:
        key = act.__name__
        ROWS[key] = Row(key, act, weight, can)
        return act

    return add


# Where things can be done


def on_widgets(monkey: Monkey) -> bool:
    """Anywhere but where Qt lists the files of this machine, or in a menu."""
    return not isinstance(monkey.front, QFileDialog | QMenu)


def on_window(monkey: Monkey) -> bool:
    """In the window itself, nothing before it."""
    return monkey.front is monkey.window


def on_window_alone(monkey: Monkey) -> bool:
    """The same, and no act is unfinished behind it."""
    return monkey.front is monkey.window and monkey.depth == 0


def on(kind: type[QWidget]) -> Callable[[Monkey], bool]:
    """In front there is a widget of this kind."""
    return lambda monkey: isinstance(monkey.front, kind)


# The mouse

_MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 8,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
_BUTTONS = (*(Qt.MouseButton.LeftButton,) * 8, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)


def place_in(monkey: Monkey, rng: random.Random, *kinds: type[QWidget]) -> QPoint:
    """A place in what is in front: on one of its controls, of these kinds, or anywhere."""
    front = monkey.front
    kinds = kinds or (
        PaintedButton,
        QAbstractButton,
        Painted,
        QLineEdit,
        QAbstractScrollArea,
        QComboBox,
        QAbstractSpinBox,
    )
    found = [child for child in front.findChildren(QWidget) if child.isVisible() and isinstance(child, kinds)]
    found = [child for child in found if child.visibleRegion().boundingRect().width() > 0]
    if not found or rng.random() < 0.15:
        return QPoint(rng.randrange(max(1, front.width())), rng.randrange(max(1, front.height())))
    child = rng.choice(found)
    area = child.visibleRegion().boundingRect()
    at = QPoint(area.x() + rng.randrange(area.width()), area.y() + rng.randrange(area.height()))
    return child.mapTo(front, at) if child.window() is front else at


@row(14, on_widgets)
def click(monkey: Monkey, rng: random.Random) -> None:
    """On some control, or anywhere."""
    at, button = place_in(monkey, rng), rng.choice(_BUTTONS)
    keys, double = rng.choice(_MODIFIERS), rng.random() < 0.12
    monkey.mouse("move", at)
    monkey.mouse("press", at, button, keys)
    monkey.mouse("release", at, button, keys)
    if double:
        monkey.mouse("double", at, button, keys)
        monkey.mouse("release", at, button, keys)


@row(4, on_widgets)
def hover(monkey: Monkey, rng: random.Random) -> None:
    """Over something."""
    for _ in range(rng.randrange(1, 5)):
        monkey.mouse("move", place_in(monkey, rng))


@row(5, on_widgets)
def wheel(monkey: Monkey, rng: random.Random) -> None:
    """Over something."""
    at, keys = place_in(monkey, rng), rng.choice(_MODIFIERS)
    for _ in range(rng.randrange(1, 4)):
        monkey.wheel(at, rng.choice((-1200, -120, -15, 15, 120, 1200)), keys)


def _way(monkey: Monkey, rng: random.Random, at: QPoint) -> list[QPoint]:
    reach = rng.choice((3, 30, 300, 3000))
    moves = rng.randrange(1, 7)
    return [at + QPoint(rng.randint(-reach, reach), rng.randint(-reach, reach)) for _ in range(moves)]


def _drag(monkey: Monkey, rng: random.Random, at: QPoint) -> None:
    """From there, perhaps with a key in between, perhaps not let go of at once."""
    button, keys = rng.choice(_BUTTONS), rng.choice(_MODIFIERS)
    monkey.mouse("move", at)
    monkey.mouse("press", at, button, keys)
    for point in _way(monkey, rng, at):
        monkey.mouse("move", point)
        if rng.random() < 0.06:
            monkey.keys(QKeySequence(rng.choice(("Ctrl+Z", "Esc", "Ctrl+R", "Ctrl+D", "Tab", "Ctrl+F", "Space"))))
        if rng.random() < 0.3:
            monkey.turn()
        at = point
    if rng.random() < 0.93:  # else a later act finds it held
        monkey.mouse("release", at, button, keys)


@row(12, on_widgets)
def drag_handle(monkey: Monkey, rng: random.Random) -> None:
    """A point on a canvas, or the background of one."""
    canvases = [c for c in monkey.front.findChildren(Canvas) if c.isVisible()]
    handles = [(c, i) for c in canvases for i in c.items_shown if isinstance(i, Handle) and i.isVisible() and i.movable]
    if not handles or rng.random() < 0.2:
        _drag(monkey, rng, place_in(monkey, rng, Canvas))
        return
    canvas, handle = rng.choice(handles)
    at = canvas.to_pixels(*handle.position)
    if not (abs(at.x()) < 1e6 and abs(at.y()) < 1e6):
        return
    _drag(monkey, rng, canvas.viewport().mapTo(monkey.front, at.toPoint()))


@row(6, on_widgets)
def drag_slider(monkey: Monkey, rng: random.Random) -> None:
    """A slider of the panel, or another control."""
    _drag(monkey, rng, place_in(monkey, rng, ParameterSlider, Painted))


# The keyboard

_KEYS = (
    *("Tab", "Shift+Tab", "Return", "Enter", "Esc", "Space", "Left", "Right", "Up", "Down", "Home", "End", "PgUp"),
    *("PgDown", "Shift+Left", "Shift+Up", "Ctrl+Left", "Ctrl+Right", "Del", "Backspace", "F2", "Ctrl+A", "Ctrl+X"),
    *("Menu", "0", "1", "9", "-", "+", ".", "E", "A", "B", "X"),
)


@row(12, on_widgets)
def key(monkey: Monkey, rng: random.Random) -> None:
    """Some keys, whatever has the focus."""
    for _ in range(rng.randrange(1, 6)):
        monkey.keys(QKeySequence(rng.choice(_KEYS)))


@row(10, on_widgets)
def shortcut(monkey: Monkey, rng: random.Random) -> None:
    """One that the window in front has."""
    found = monkey.front.findChildren(QShortcut)
    if found:
        monkey.keys(rng.choice(found).key())


@row(8, on_widgets)
def type_text(monkey: Monkey, rng: random.Random) -> None:
    """Into a field, and end it in some way."""
    fields = [
        w
        for w in monkey.front.findChildren(QWidget)
        if isinstance(w, QLineEdit | QPlainTextEdit | QTextEdit) and w.isVisible() and w.isEnabled()
    ]
    if not fields:
        return
    field = rng.choice(fields)
    at = field.mapTo(monkey.front, QPoint(min(8, field.width() // 2), field.height() // 2))
    monkey.mouse("move", at)
    monkey.mouse("press", at)
    monkey.mouse("release", at)
    text = rng.choice(world.TEXTS) if rng.random() < 0.6 else f"{rng.choice((1, -1)) * 10 ** rng.uniform(-6, 4):.6g}"
    if rng.random() < 0.85:
        monkey.keys(QKeySequence("Ctrl+A"))
    monkey.text(text)
    end = rng.choice(("Return", "Return", "Return", "Tab", "Esc", "Ctrl+Z", "Ctrl+S", "F5", ""))
    if end:
        monkey.keys(QKeySequence(end))


# Menus, lists, dialogs


@row(10, on(QMenu))
def menu(monkey: Monkey, rng: random.Random) -> None:
    """An entry of the menu that is open, or close it."""
    menu = monkey.front
    assert isinstance(menu, QMenu)
    entries = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
    if not entries or rng.random() < 0.15:
        monkey.keys(QKeySequence("Esc"))
        return
    at = menu.actionGeometry(rng.choice(entries)).center()
    monkey.mouse("move", at)
    monkey.mouse("press", at)
    monkey.mouse("release", at)


@row(10, on(QFileDialog))
def choose_file(monkey: Monkey, rng: random.Random) -> None:
    """A file of its own folder; a name that is there, a new one or a bad one. Never one elsewhere."""
    dialog = monkey.front
    assert isinstance(dialog, QFileDialog)
    if rng.random() < 0.15:
        dialog.reject()
        return
    there = sorted(monkey.folder.iterdir())
    new = f"new {rng.randrange(5)}{rng.choice(('', '.json', '.png', '.talk.json', '.mp4'))}"
    path = rng.choice(there) if rng.random() < 0.7 else monkey.folder / new
    for edit in dialog.findChildren(QLineEdit):
        if edit.isVisible():
            edit.setText(str(path))
    dialog.accept()  # Qt's own dialog stays open where it does not like the file
    if dialog.isVisible():
        dialog.reject()


@row(6, on(QDialog))
def end_dialog(monkey: Monkey, rng: random.Random) -> None:
    """One way or another."""
    way = rng.choice(("Esc", "Return", "close"))
    monkey.front.close() if way == "close" else monkey.keys(QKeySequence(way))


@row(2, on(TalkWindow))
def end_talk(monkey: Monkey, rng: random.Random) -> None:
    """Leave the talk."""
    monkey.front.close()


# What the tables of the program have


@row(8, on_window)
def page(monkey: Monkey, rng: random.Random) -> None:
    """Another page, from the tabs."""
    monkey.window.header.page_chosen.emit(rng.choice(tuple(PAGES)))


@row(6, on_window)
def preset(monkey: Monkey, rng: random.Random) -> None:
    """A preset of a page, as its list does."""
    keys = [(key, one.changes) for key in PAGES for one in presets_of(key)]
    key, changes = rng.choice(keys)
    if rng.random() < 0.7:
        monkey.window.store.update(page=key)
        monkey.turn()
    monkey.window.store.update(**changes)


@row(3, on_window)
def expand(monkey: Monkey, rng: random.Random) -> None:
    """One canvas alone, also those that only a preset opens."""
    monkey.window.store.update(expanded=rng.choice(("", *sorted(view_keys()))))


@row(5, on_window)
def undo(monkey: Monkey, rng: random.Random) -> None:
    """A few steps back, perhaps on again."""
    for _ in range(rng.choice((1, 1, 2, 5, 40))):
        monkey.keys(QKeySequence("Ctrl+Z" if rng.random() < 0.7 else "Ctrl+Shift+Z"))


@row(5, on_window)
def panel_value(monkey: Monkey, rng: random.Random) -> None:
    """A field of the panel gets a value, allowed or not, as its editor sends it."""
    panel = monkey.window.panel
    forms = [*(form for form, _ in panel._forms), panel._page.form]
    form = rng.choice([form for form in forms if form.names() and form.isVisible()] or forms)
    if not form.names():
        return
    field = form.row(name := rng.choice(form.names())).field
    value: Any = rng.choice((0, 1, -1, 0.5, 1e-300, 1e300, 10, 1000, 3.7))
    if field.kind == "choice":
        value = rng.choice([key for key, *_ in field.choices])
    elif field.kind in ("matrix", "list", "point"):
        return
    elif rng.random() < 0.7:
        low, high = field.slider or (max(field.low, -1e3), min(field.high, 1e3))
        value = rng.uniform(low, min(high, 1e4))
        value = round(value) if field.kind == "integer" else value
    form.edited.emit(name, value)


# The world around


@row(3, on_window)
def drop_file(monkey: Monkey, rng: random.Random) -> None:
    """A file falls on the window."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(rng.choice(sorted(monkey.folder.iterdir()))))])
    place, action = QPointF(rng.randrange(500), rng.randrange(400)), Qt.DropAction.CopyAction
    no = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(monkey.window, QDropEvent(place, action, mime, Qt.MouseButton.LeftButton, no))


@row(4, on_widgets)
def paste(monkey: Monkey, rng: random.Random) -> None:
    """Some text, into whatever has the focus."""
    QGuiApplication.clipboard().setText(world.pasted(rng))
    monkey.keys(QKeySequence("Ctrl+V"))


@row(3, on_widgets)
def size(monkey: Monkey, rng: random.Random) -> None:
    """Another size of the window in front."""
    front = monkey.front
    if isinstance(front, Window | TalkWindow | QDialog):
        front.resize(rng.choice((1, 720, 1000, 1280, 1440, 1920, 2560)), rng.choice((1, 520, 700, 900, 1080, 1440)))


@row(2, on_window_alone)
def reopen(monkey: Monkey, rng: random.Random) -> None:
    """Close the window; the monkey opens another one."""
    monkey.window.close()


@row(2, on_window)
def meddle(monkey: Monkey, rng: random.Random) -> None:
    """Somebody else does something to a file of the session's folder, perhaps to the session's own."""
    own = monkey.window.document.path
    path = own if own is not None and rng.random() < 0.6 else rng.choice(sorted(monkey.folder.glob("*.json")))
    monkey.meddle(path, rng.choice(("delete", "damage", "touch", "read only", "writable", "future", "replace")))


@row(1, on_window)
def lock_folder(monkey: Monkey, rng: random.Random) -> None:
    """The folder of the program's own data takes nothing for a while (not where the tests are root)."""
    folder = monkey.data
    if folder.is_dir():
        folder.chmod(stat.S_IRWXU if rng.random() < 0.6 else stat.S_IRUSR | stat.S_IXUSR)


@row(3, lambda _monkey: True)
def wait(monkey: Monkey, rng: random.Random) -> None:
    """Look at it for a while."""
    monkey.rest(rng.uniform(0.02, 0.3))
