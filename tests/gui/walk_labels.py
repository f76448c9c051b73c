"""Every page in every size, language and hard state, and every preset: no text covers another or a mark, none is cut.

``python -m tests.gui.walk_labels`` walks through all of them, with ``--paint`` in each theme, where a warning is a
fault too; ``test_walk_labels.py`` through a part.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, QSettings, QSize, Qt, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import THEMES
from qhm_gui.canvas import Canvas
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import NAME
from qhm_gui.commands.screenshots import settle
from qhm_gui.drawing import markup
from qhm_gui.files.settings import Settings
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.widgets.card import Card
from qhm_gui.window.window import Window
from qhm_math.losses import Quadratic
from qhm_math.noise import NOISES, MiniBatches
from tests.gui.label_checks import faults

SIZES = {f"{w}x{h}": QSize(w, h) for w, h in ((1024, 700), (1280, 800), (1600, 1000), (1920, 1080), (3840, 2160))}
LANGUAGES = ("en", "ja")
_QUIET = {"noise": NOISES["none"]()}
#: Name -> changes of the first state, and where the playhead stands as a share of the run.
HARD: dict[str, tuple[dict[str, Any], float]] = {
    "first": ({}, 0.5),
    "playhead at 0": ({}, 0.0),
    "playhead at the end": ({}, 1.0),
    "at the bound": ({"alpha": 5.28}, 0.3),
    "beta .999": ({"beta": 0.999}, 0.5),
    "kappa 1e6": ({"loss": Quadratic(mu=1e-6, L=1.0)}, 0.5),
    "start at the minimum": ({"start_x": 0.0, "start_y": 0.0}, 0.5),
    "start at the minimum, no noise": ({"start_x": 0.0, "start_y": 0.0, **_QUIET}, 0.5),
    "diverged": ({"alpha": 7.0}, 0.5),
    "nu 0": ({"nu": 0.0, "tie": "free"}, 0.5),
    "no noise": (_QUIET, 0.5),
    "K near 1": ({"noise": MiniBatches(2), "alpha": 2.0}, 1.0),
    "spread grows": ({"noise": MiniBatches(2), "alpha": 3.0}, 0.5),
    "tiny alpha": ({"alpha": 0.05}, 0.5),
}


@dataclass(frozen=True)
class Place:
    """One stop of the walk."""

    page: str
    state: str
    size: str
    language: str
    expanded: str = ""
    theme: str = "light"

    def __str__(self) -> str:
        alone = f", {self.expanded} alone" if self.expanded else ""
        return f"{self.page}{alone}, {self.state}, {self.size}, {self.language}, {self.theme}"


def bar_faults(bar: ColourBar) -> Iterator[str]:
    """Texts of a colour bar that overlap or are cut off."""
    texts = bar.text_areas()
    for words, area in texts:
        if not QRectF(bar.rect()).adjusted(-1, -1, 1, 1).contains(area):
            yield f"“{markup.plain_text(words)}” is cut off at the edge of the colour bar."
    for (one, first), (other, second) in itertools.combinations(texts, 2):
        if first.adjusted(0, 1.5, 0, -1.5).intersects(second.adjusted(0, 1.5, 0, -1.5)):
            yield f"“{markup.plain_text(one)}” and “{markup.plain_text(other)}” of a colour bar cover each other."


def lost(canvas: Canvas) -> Iterator[str]:
    """Texts left out although they matter more than names: results, titles, marks."""
    for item in canvas.items_shown:
        if isinstance(item, TextItem):
            for wish, spot in canvas.placer.spots(item):
                if spot is None and wish.rank < NAME:
                    yield f"“{markup.plain_text(wish.text)}” is left out."


def crossed(canvas: Canvas) -> Iterator[str]:
    """Lines that lead from a text to what it names across another text."""
    texts = canvas.placer.areas()
    for item in canvas.items_shown:
        for wish, spot in item.spots() if isinstance(item, TextItem) else ():
            line = wish.line(spot, 1.0)
            if line is None:
                continue
            points = [line.pointAt(step / 40) for step in range(41)]
            for words, area in texts:
                if area != spot.area and any(area.adjusted(1, 1, -1, -1).contains(point) for point in points):
                    yield f"The line of “{markup.plain_text(wish.text)}” crosses “{markup.plain_text(words)}”."


def card_faults(card: Card) -> Iterator[str]:
    """Texts of a card's header without room."""
    for words, place, width in card.header_texts():
        if width > place.width() + 0.5:
            yield f"“{markup.plain_text(words)}” is elided: {width:.0f} pixels in {place.width():.0f}."


def page_faults(window: Window) -> list[str]:
    """What is wrong on the page that is shown."""
    page = window.page
    found: list[str] = [] if page.link.up_to_date and page.link.at_rest else ["An answer is not shown yet."]
    for key, view in page.views.items():
        if not view.widget.isVisible():
            continue
        for canvas in view.canvases:
            found += [f"{key}: {fault}" for fault in (*faults(canvas), *lost(canvas), *crossed(canvas))]
        for bar in view.widget.findChildren(ColourBar):
            found += [f"{key}: {fault}" for fault in bar_faults(bar)]
    for card in page.findChildren(Card):
        if card.isVisible():
            found += list(card_faults(card))
    return found


@contextmanager
def warned() -> Iterator[list[str]]:
    """What Qt, Python and the program's own log warn of meanwhile."""
    found: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    keeping = Keeping(logging.WARNING)
    logging.getLogger().addHandler(keeping)
    before = qInstallMessageHandler(lambda kind, context, text: found.append(text))
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield found
        found += [str(each.message) for each in caught]
    finally:
        qInstallMessageHandler(before)
        logging.getLogger().removeHandler(keeping)


def states_of(page: str) -> dict[str, tuple[dict[str, Any], float]]:
    """The hard states, and the paper's presets of the page."""
    own = {one.key: (one.changes, 0.5) for one in presets_of(page)}
    return HARD | own


def places(
    pages: Iterable[str] = tuple(PAGES),
    sizes: Iterable[str] = tuple(SIZES),
    languages: Iterable[str] = LANGUAGES,
    themes: Iterable[str] = ("light",),
) -> list[Place]:
    """The whole walk: sizes, languages and themes outermost, because to change them takes longest. Each card alone
    once. A theme moves no text: light is enough where nothing is painted."""
    found: list[Place] = []
    for size, language, theme in itertools.product(sizes, languages, themes):
        for page in pages:
            found += [Place(page, state, size, language, theme=theme) for state in states_of(page)]
            if size == "1600x1000":
                found += [Place(page, "first", size, language, view, theme) for view in PAGES[page].views]
    return found


def walk(
    window: Window,
    stops: Iterable[Place],
    tell: Callable[[Place, list[str]], None],
    base: State | None = None,
    *,
    paint: bool = False,
    out: Path | None = None,
) -> int:
    """Go to every stop and tell its faults; how many there are. ``base``: what the changes of a stop are made to.

    With ``paint`` each stop is painted, and a warning is a fault; ``out`` is a folder for the pictures.
    """
    base = base or State()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    count, before = 0, ("", "", "")
    window.setUpdatesEnabled(False)  # places are found before anything is painted
    for stop in stops:
        with warned() as warnings_met:
            before = _go(window, stop, before, base, app)
            if paint:
                window.setUpdatesEnabled(True)
                picture = window.grab()
                if out is not None:
                    name = f"{stop.page}-{stop.state}-{stop.size}-{stop.language}-{stop.theme}"
                    picture.save(str(out / f"{re.sub('[^a-zA-Z0-9]+', '-', name)}.png"))  # pyright: ignore[reportCallIssue, reportArgumentType]
                window.setUpdatesEnabled(False)
        found = page_faults(window) + [f"Warns: {text}" for text in warnings_met if paint]
        count += len(found)
        tell(stop, found)
    window.setUpdatesEnabled(True)
    return count


def _go(
    window: Window, stop: Place, before: tuple[str, str, str], base: State, app: QApplication
) -> tuple[str, str, str]:
    """Show a stop; what of it takes long to change."""
    looks = stop.size, stop.language, stop.theme
    if looks != before:
        window.resize(SIZES[stop.size])
        window.use_language(stop.language)
        window.use_theme(stop.theme)
    changes, share = states_of(stop.page)[stop.state]
    window.store.replace(changed(base, {"expanded": "", **changes, "page": stop.page}))
    if stop.expanded:
        window.store.update(expanded=stop.expanded)
    settle(app, window)
    window.playback.seek(round(share * window.store.state.steps))
    app.processEvents()
    for canvas in (canvas for view in window.page.views.values() for canvas in view.canvases):
        canvas.prepare()
    return looks


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="append", choices=list(PAGES))
    parser.add_argument("--size", action="append", choices=list(SIZES))
    parser.add_argument("--lang", action="append", choices=LANGUAGES)
    parser.add_argument("--theme", action="append", choices=list(THEMES))
    parser.add_argument("--paint", action="store_true", help="paint each stop; a warning is a fault")
    parser.add_argument("--presets", action="store_true", help="no hard states, and no card alone")
    parser.add_argument("--out", type=Path, help="with --paint: a folder for the pictures")
    arguments = parser.parse_args()
    if arguments.out is not None:
        arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        make_application()
        window = Window(Store(State()), Settings())
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.show()

        def tell(stop: Place, found: list[str]) -> None:
            for fault in found:
                print(f"{stop}: {fault}", flush=True)

        where = arguments.page or PAGES, arguments.size or SIZES, arguments.lang or LANGUAGES
        stops = places(*where, arguments.theme or (THEMES if arguments.paint else ["light"]))
        if arguments.presets:
            stops = [stop for stop in stops if stop.state not in HARD]
        count = walk(window, stops, tell, paint=arguments.paint, out=arguments.out)
        window.close()
    print(f"{count} faults at {len(stops)} stops.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(_main())
