"""The step of the runs that is shown: playback, transport and keys move it; panel and page show it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from qhm_gui.guarded import Guarded
from qhm_gui.state.playback import Playback
from qhm_gui.state.store import Store
from qhm_gui.widgets.transport import Transport
from qhm_gui.window.pages import Page
from qhm_gui.window.panel.panel import Panel


class ShownStep(Guarded, QObject):
    """Keeps playback, transport, panel and page at one step; its public methods are actions (see actions.py)."""

    def __init__(
        self,
        store: Store,
        playback: Playback,
        transport: Transport,
        panel: Panel,
        page: Callable[[], Page | None],
        parent: QObject,
    ) -> None:
        """``page`` is the page that is shown, None while it is being made."""
        super().__init__(parent)
        self._store = store
        self._playback = playback
        self._transport = transport
        self._panel = panel
        self._page = page
        self._told: tuple[str, str, int] = ("", "", 0)  # page, expanded card and step that the page was told last
        playback.moved.connect(self._show)
        playback.playing_changed.connect(transport.set_playing)
        playback.playing_changed.connect(lambda _playing: self._show(playback.step))
        transport.play_toggled.connect(playback.toggle)
        transport.step_requested.connect(playback.nudge)
        transport.rewind.connect(self.rewind)
        transport.scrubbed.connect(self.go_to)
        transport.speed_chosen.connect(self._set_speed)
        transport.loop_toggled.connect(self._set_loop)

    def play(self) -> None:
        """Play or pause."""
        page = self._page()
        if page is None or not page.play():
            self._playback.toggle()

    def forward(self) -> None:
        """One step on."""
        self._playback.nudge(1)

    def back(self) -> None:
        """One step back."""
        self._playback.nudge(-1)

    def rewind(self) -> None:
        """To the start of the run; on a canvas that one has zoomed, back to the whole of it."""
        page = self._page()
        if page is None or not (page.reset_zoom() or page.rewind()):
            self.go_to(0)

    def to_end(self) -> None:
        """To the end of the run."""
        self.go_to(self._store.state.steps)

    def go_to(self, step: int) -> None:
        """Show this one, and stay there."""
        self._playback.pause()
        self._playback.seek(step)

    def set_steps(self, steps: int) -> None:
        """The runs have so many."""
        self._playback.set_steps(steps)
        self._transport.set_range(steps)

    def follow(self) -> None:
        """Tell a page that has not been told, or shows another card alone: a view keeps the step through answers."""
        page = self._page()
        if page is not None and self._told != self._place(page, self._playback.step):
            self._show(self._playback.step)

    def _place(self, page: Page, step: int) -> tuple[str, str, int]:
        return page.row.key, self._store.state.expanded, step

    def _show(self, step: int) -> None:
        self._transport.set_step(step)
        self._panel.seek(step)
        page = self._page()
        if page is not None:  # else it is told when it is there
            self._told = self._place(page, step)
            page.seek(step, playing=self._playback.playing)

    def _set_speed(self, speed: str) -> None:
        self._playback.speed = speed

    def _set_loop(self, loop: bool) -> None:
        self._playback.loop = loop
