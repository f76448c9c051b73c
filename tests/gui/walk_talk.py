"""Every step of a talk in every size, language and theme: no text covers another or a mark, and none is cut off.

``python -m tests.gui.walk_talk`` walks through all of them, with ``--out`` also as pictures; ``test_walk_talk.py``
through a part.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.application import make_application
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.export.step_words import fits
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import Talk, built_in
from qhm_gui.text.language import LANGUAGES, language, set_language
from qhm_gui.widgets.card import Card
from qhm_gui.window.talk.talk_window import TalkWindow
from tests.gui.label_checks import faults
from tests.gui.walk_labels import bar_faults, card_faults, crossed, lost

SIZES = {
    f"{width}x{height}": QSize(width, height)
    for width, height in ((1024, 700), (1280, 800), (1600, 1000), (1920, 1080), (3840, 2160))
}
THEMES = ("light", "dark")
#: Where a run stands, as shares of it: while it plays nothing may be cut either.
SHARES = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Stop:
    """One stop of the walk; ``step`` counts from 1, ``state`` of it from 0."""

    step: int
    size: str
    language: str
    theme: str
    state: int = 0

    def __str__(self) -> str:
        return f"step {self.step}, {self.size}, {self.language}, {self.theme}"


def stops(
    steps: Iterable[int], sizes: Iterable[str] = SIZES, languages: Iterable[str] = LANGUAGES,
    themes: Iterable[str] = THEMES,
) -> list[Stop]:  # fmt: skip
    """The whole walk. Steps are outermost: what they compute knows neither size, language nor theme."""
    return [Stop(*place) for place in itertools.product(steps, sizes, languages, themes)]


def step_faults(window: TalkWindow) -> Iterator[str]:
    """What is wrong on the step that is shown."""
    pane = window.words
    if not fits(pane.column(), pane.words, pane.look()):
        yield "The words of the step have no room."
    if window.page is None:
        return
    for key, view in window.page.views.items():
        for canvas in view.canvases:
            canvas.prepare()
            for fault in (*faults(canvas), *lost(canvas), *crossed(canvas)):
                yield f"{key}: {fault}"
        for bar in view.widget.findChildren(ColourBar):
            for fault in bar_faults(bar) if bar.isVisible() else ():
                yield f"{key}: {fault}"
    for card in window.page.findChildren(Card):
        if card.isVisible():
            yield from card_faults(card)


def settle(app: QApplication, window: TalkWindow) -> None:
    """Let everything arrive that a step asks for."""
    end = time.monotonic() + 60
    app.processEvents()
    while (window.runner.busy or not (window.page is None or window.page.link.at_rest)) and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.002)
    for _ in range(3):
        app.processEvents()


def walk(window: TalkWindow, where: Iterable[Stop], tell: Callable[[Stop, list[str]], None]) -> int:
    """Go to every stop and tell its faults; how many there are."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    count, at = 0, -1
    for stop in where:
        window.resize(SIZES[stop.size])
        if language() != stop.language:
            window.toggle_language()
        window.use_theme(stop.theme)
        if stop.step != at:
            at = stop.step
            window.go(at - 1)
            window.reveal()
        window.playback.pause()
        found: list[str] = []
        for state in range(len(window.step.states)):
            window.stage.stop_at(state)
            settle(app, window)
            assert window.size() == SIZES[stop.size]
            for share in SHARES:
                window.playback.seek(round(share * window.store.state.steps))
                app.processEvents()
                found += [fault for fault in step_faults(window) if fault not in found]
            tell(replace(stop, state=state), found if state + 1 == len(window.step.states) else [])
        count += len(found)
    return count


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", action="append", type=int)
    parser.add_argument("--size", action="append", choices=list(SIZES))
    parser.add_argument("--lang", action="append", choices=LANGUAGES)
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--out", type=Path, help="a folder for a picture of each stop")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        make_application()
        set_language("en")
        talk: Talk = built_in()
        window = TalkWindow(talk, Settings(), "light")
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.showFullScreen()  # type is larger there

        def tell(stop: Stop, found: list[str]) -> None:
            for fault in found:
                print(f"{stop}: {fault}", flush=True)
            if arguments.out is not None:
                arguments.out.mkdir(parents=True, exist_ok=True)
                name = f"{stop.step:02d}-{stop.state}-{stop.size}-{stop.language}-{stop.theme}.png"
                window.grab().save(str(arguments.out / name))  # pyright: ignore[reportCallIssue, reportArgumentType]

        steps = arguments.step or range(1, len(talk.steps) + 1)
        where = stops(steps, arguments.size or SIZES, arguments.lang or LANGUAGES, arguments.theme or THEMES)
        count = walk(window, where, tell)
        window.close()
    print(f"{count} faults at {len(where)} stops.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(_main())
