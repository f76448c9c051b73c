"""The monkey: a window, what it does there, and what is looked at after each act."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QThread, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from shiboken6 import isValid

from qhm_gui.appearance.application import make_application
from qhm_gui.files import session, state_text
from qhm_gui.files.settings import data_folder
from qhm_gui.state.state import changed, value_at
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window.start import make_window
from qhm_gui.window.window import Window
from tests.monkey.rows import ROWS, Row
from tests.monkey.watch import Fault, Memory, Watch, measure_memory
from tests.monkey.world import fill

#: Between two acts the window may come to rest for so long.
_PATIENCE_S = 0.6
_NO_BUTTON, _NO_KEYS = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier


def random_step(seed: int, number: int, rows: list[Row]) -> tuple[str, int]:
    """The act with this number, of those that can be done, and the seed of its own random numbers."""
    rng = random.Random(f"{seed}/{number}")
    chosen = rng.choices(rows, [row.weight for row in rows])[0]
    return chosen.key, rng.randrange(10**9)


class Monkey:
    """Plays ``steps``, (row, seed) each, or ``actions`` that ``seed`` draws. Run it once, in a process of its own."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 0,
        actions: int = 0,
        steps: list[tuple[str, int]] | None = None,
        watch: Watch | None = None,
        epoch: int = 0,
        go_on: bool = False,
        told: Callable[[str], None] = lambda _line: None,
        journal: Callable[[str, int], None] = lambda _key, _seed: None,
    ) -> None:
        """Every ``epoch`` actions the memory is measured with no window open; ``go_on`` after a fault."""
        self.home = folder
        self.folder = folder / "files"
        self.watch = watch or Watch()
        self.faults: list[tuple[int, str, Fault]] = []
        self.memory: list[Memory] = []
        self.done = 0
        self._levels = [0]  # of event loops, where the acts that are unfinished began
        self.window: Window
        self._seed, self._actions, self._steps = seed, actions if steps is None else len(steps), steps
        self._epoch, self._go_on, self._told, self._journal = epoch, go_on, told, journal
        self._resting_until = 0.0
        self._wants_rest = False
        self._asleep_until = 0.0
        self._held: tuple[QWindow | QWidget, Qt.MouseButton] | None = None
        self._last = ("", 0)
        self._ending = False

    # -- what acts can do

    @property
    def front(self) -> QWidget:
        """What gets the mouse and the keyboard."""
        found = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if found is None:
            active = QApplication.activeWindow()
            found = active if active is not None and active.isVisible() else None
        return found or self.window

    @property
    def depth(self) -> int:
        """How many acts are unfinished: they have opened something that waits for an answer."""
        return len(self._levels) - 1

    @property
    def data(self) -> Path:
        """The program's own folder."""
        return data_folder()

    def mouse(
        self,
        what: str,
        at: QPoint,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        keys: Qt.KeyboardModifier = _NO_KEYS,
    ) -> None:
        """As the system tells it to the window in front, which finds out whom it concerns."""
        target = self._handle()
        if target is None:
            return
        if what == "move":
            QTest.mouseMove(target, at)
        elif what == "press":
            self._held = (target, button)
            QTest.mousePress(target, button, keys, at)
        elif what == "double":
            self._held = (target, button)
            QTest.mouseDClick(target, button, keys, at)
            self._held = None
        elif self._held is not None:  # else somebody has let go meanwhile
            held, self._held = self._held, None
            QTest.mouseRelease(held[0] if _is_there(held[0]) else target, held[1], keys, at)
        self.look()

    def wheel(self, at: QPoint, delta: int, keys: Qt.KeyboardModifier = _NO_KEYS) -> None:
        """Turn it."""
        target = self._handle()
        if isinstance(target, QWindow):
            QTest.wheelEvent(target, QPointF(at), QPoint(0, delta), QPoint(), keys)
            self.look()

    def keys(self, sequence: QKeySequence) -> None:
        """Press and release them."""
        target = self._handle()
        if target is not None and not sequence.isEmpty():
            QTest.keySequence(target, sequence)
            self.look()

    def text(self, text: str) -> None:
        """Type it; a long one is pasted."""
        target = self._handle()
        if target is None:
            return
        if len(text) < 40 and text.isascii() and text.isprintable():
            for letter in text:
                QTest.keyClick(target, letter)  # pyright: ignore[reportCallIssue, reportArgumentType]
                self.look()
        else:
            QGuiApplication.clipboard().setText(text)
            self.keys(QKeySequence("Ctrl+V"))

    def turn(self) -> None:
        """A turn of the event loop in the middle of an act."""
        QCoreApplication.processEvents()
        self.look()

    def rest(self, seconds: float) -> None:
        """Do nothing after this act for a while."""
        self._asleep_until = time.monotonic() + seconds

    def look(self) -> None:
        """What was done now is over: did it take long?"""
        self.watch._look()

    def meddle(self, path: Path, how: str) -> None:
        """What others do to files."""
        try:
            if how == "delete":
                path.unlink()
            elif how == "damage":
                path.write_bytes(path.read_bytes()[:100] + b"\xff")
            elif how == "touch":
                path.touch()
            elif how in ("read only", "writable"):
                path.chmod(0o400 if how == "read only" else 0o600)
            elif how == "future":
                os.utime(path, (4e9, 4e9))
            else:
                shutil.copy(self.folder / "explore-0.json", path)
        except OSError:
            pass  # there is no such file, or it is a folder

    def _handle(self) -> QWindow | QWidget | None:
        """Where the system's events go: the window in front; Qt's own question, on C++'s stack, confuses PySide."""
        front = self.front.window()
        handle = front.windowHandle()
        if handle is None or not front.isVisible():
            return None
        return front if isinstance(front, QMessageBox) else handle

    # -- playing

    def run(self) -> None:
        """Until all is done, or a fault is met."""
        app = make_application()
        app.setQuitOnLastWindowClosed(False)
        QApplication.setDoubleClickInterval(50)
        random.seed(self._seed)
        fill(self.folder)
        os.chdir(self.folder)
        with self.watch.on():
            self._next = QTimer(singleShot=True)
            self._next.timeout.connect(self._tick)
            self._open()
            self._next.start(0)
            app.exec()
            self._next.stop()
            self._close()

    def _open(self) -> None:
        with self.watch.own_work():  # a start has a benchmark of its own
            self.window = make_window()
            self.window.show()
            self.window.activateWindow()
            QCoreApplication.processEvents()
        self.watch.restart()

    def _close(self) -> None:
        """As the program does when it ends."""
        window = self.window
        if window.isVisible():
            if window.document.path is not None:
                window.document.discard()
            window.close()
        window.files.close()
        window.runner.close()
        window.deleteLater()
        del window, self.window
        QGuiApplication.clipboard().clear()
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()

    def _tick(self) -> None:
        """One act at a time; also in the event loops of dialogs and menus, which acts before are still in."""
        try:
            self._play()
        except Exception as error:  # of the monkey itself, or of what it called directly
            self.watch._raised("exception", error)
            if not self._ending:
                self._next.start(0)

    def _play(self) -> None:
        now = time.monotonic()
        if self._ending:
            return
        if QThread.currentThread().loopLevel() <= self._levels[-1]:  # QTest turns the loop within an act
            self._next.start(1)
            return
        if self._wants_rest and now < self._resting_until and self._busy():
            self._next.start(4)
            return
        if now < self._asleep_until:
            self._next.start(10)
            return
        with self.watch.own_work():
            if self._last[0]:
                self._check()
            over = self._judge()
        if over or self.done >= self._actions:
            self._end()
            return
        if not self.window.isVisible() and self.depth == 0:
            self._renew(measured=False)
        elif self._epoch and self.done - self._measured >= self._epoch and self.depth == 0:
            self._renew(measured=True)
        if self._held is not None and self.depth > 0:  # what was pressed has opened something: the finger comes up
            self._let_go()
        self._act()

    _measured = 0
    _seen: Any = None

    def _act(self) -> None:
        rows = [row for row in ROWS.values() if row.can(self)]
        if self._steps is None:
            key, seed = random_step(self._seed, self.done, rows)
        else:
            key, seed = self._steps[self.done]
        self.done += 1
        self._journal(key, seed)
        self._last = (key, seed)
        self.watch.doing = f"{key} on {type(self.front).__name__}, page {self.window.store.state.page}"
        rng = random.Random(seed)
        self._wants_rest = rng.random() < 0.4
        self._resting_until = time.monotonic() + _PATIENCE_S
        if self._held is not None and rng.random() < 0.8:
            self._let_go()
        if os.environ.get("MONKEY_TELLS"):
            self._told(f"{self.done} {key}:{seed} on {type(self.front).__name__} depth {self.depth}")
        self._next.start(0)  # now, for the event loops within the act
        if ROWS[key].can(self):
            self._levels.append(QThread.currentThread().loopLevel())
            try:
                with _closed_by_it():
                    ROWS[key].act(self, rng)
            finally:
                self._levels.pop()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            target = held[0] if _is_there(held[0]) else self._handle()
            if target is not None:
                with _closed_by_it():
                    QTest.mouseRelease(target, held[1], _NO_KEYS, QPoint(5, 5))

    def _busy(self) -> bool:
        return self.window.isVisible() and (self.window.runner.busy or not self.window.page.link.at_rest)

    def _renew(self, *, measured: bool) -> None:
        with self.watch.own_work():
            self._next.stop()
            self._close()
            if measured:
                self._measured = self.done
                found = measure_memory(self.done)
                self.memory.append(found)
                self._told(f"{found.actions} actions: {found.objects} objects, {found.mebibytes:.0f} MiB")
            self._open()
        self.watch.restart()

    def _end(self) -> None:
        self._ending = True
        self._let_go()
        for _ in range(20):  # what is open in front of the window
            front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if front is None:
                break
            front.close()
        QTimer.singleShot(0, QApplication.exit)

    # -- looking

    def _judge(self) -> bool:
        """Whether it is over."""
        new, self.watch.found = self.watch.found, []
        for fault in new:
            if fault.signature not in {old.signature for _, _, old in self.faults}:
                self._told(f"!! action {self.done}, {self.watch.doing}: {fault.kind}: {fault.text[:1500]}")
            self.faults.append((self.done, self.watch.doing, fault))
        return bool(new) and not self._go_on

    def _check(self) -> None:
        self._last = ("", 0)
        try:
            for sentence in self._wrong():
                self.watch.add("state", sentence)
        except Exception as error:
            self.watch._raised("state", error)

    def _wrong(self) -> Iterator[str]:
        window = self.window
        if not window.isVisible():
            return
        state = window.store.state
        yield from _panel_differs(window)
        if window.document.title != window.windowTitle():
            yield f"the title is old\n{window.document.title!r}, {window.windowTitle()!r}"
        if window.playback.step > state.steps:
            yield f"the playhead stands after the last step\n{window.playback.step} > {state.steps}"
        if state is self._seen:
            return
        self._seen = state
        if changed(state, {}) != state:
            yield f"the state is not what its own rules make of it\n{_differences(state, changed(state, {}))}"
        again = session.load(session.dump(state))
        if again != state:
            yield f"a session does not bring the state back\n{_differences(state, again)}"
        again = state_text.from_text(state_text.to_text(state))
        if again != state:
            yield f"a text does not bring the state back\n{_differences(state, again)}"


@contextmanager
def _closed_by_it() -> Iterator[None]:
    """Within this what is done may close the window that it is done to, at which QTest still is then."""
    try:
        yield
    except RuntimeError as error:
        if "QWindow) already deleted" not in str(error):
            raise


def _is_there(window: QWindow | QWidget) -> bool:
    try:
        return isValid(window) and window.isVisible()
    except RuntimeError:  # of a window that is gone PySide learns late
        return False


def _panel_differs(window: Window) -> Iterator[str]:
    """Fields of the panel that show another value than the state has."""
    panel, state = window.panel, window.store.state
    for form, prefix in (*panel._forms, (panel._page.form, "")):
        if not form.isVisible():
            continue
        for name in form.names():
            entry = form.row(name).entry
            shown, truth = entry.value(), value_at(state, prefix + name)
            if not _alike(shown, truth):
                yield f"the panel shows another {prefix + name} than the state has\n{shown!r}, {truth!r}"
            if isinstance(entry, ValueField) and not entry.error() and not entry._edit.hasFocus():
                slider = form.row(name).slider
                if slider is not None and not _alike(slider.value(), truth):
                    yield f"the slider of {prefix + name} stands elsewhere\n{slider.value()!r}, {truth!r}"


def _alike(one: Any, other: Any) -> bool:
    try:
        return bool(one == other) or abs(float(one) - float(other)) <= 1e-12 * abs(float(other))
    except (TypeError, ValueError):
        return repr(one) == repr(other) or list(one) == list(other)


def _differences(one: Any, other: Any) -> str:
    names = (name for name in type(one).__dataclass_fields__ if getattr(one, name) != getattr(other, name))
    return "; ".join(f"{name}: {getattr(one, name)!r} / {getattr(other, name)!r}"[:400] for name in names)
