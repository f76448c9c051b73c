"""What must not happen while the monkey plays: exceptions, warnings, frozen moments, memory that grows."""

from __future__ import annotations

import ctypes
import gc
import logging
import re
import sys
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from PySide6.QtCore import QAbstractEventDispatcher, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPixmapCache

from qhm_gui.files.log import TOLD

ROOT = Path(__file__).resolve().parents[2]
#: The window's thread must look at the next event after so many seconds of its own work.
FROZEN_S = 0.5
#: Waiting is no work: what holds the window up without working, such as a lock. Far above what a busy machine does.
STOOD_STILL_S = 20.0
#: What the platform without a screen and the mouse of tests say, and no desktop does.
_OF_OFFSCREEN = ("This plugin does not support", "Mouse event at")


@dataclass(frozen=True)
class Fault:
    """``kind`` and the first line of ``text`` tell one fault from another."""

    kind: str
    text: str

    @property
    def signature(self) -> str:
        """The same for the same fault, whatever the numbers in it."""
        return f"{self.kind}: {re.sub(r'0x[0-9a-f]+|[0-9]+([.e+-]+[0-9]+)*', '#', self.text.splitlines()[0])}"


class Watch:
    """Listens while it is :meth:`on`. ``found`` has what was met since it was last emptied."""

    def __init__(self, frozen: float = FROZEN_S) -> None:
        self.found: list[Fault] = []
        self.longest: Counter[str] = Counter()  # milliseconds of the window's thread, by what was done last
        self.doing = ""
        self._frozen = frozen
        self._cpu = self._wall = 0.0
        self._asked = self._denied = 0.0  # when the system was asked last how long it had let us wait
        self._own = 0.0  # of our own work since the last look
        self._at_own = 0
        self._main = threading.get_ident()
        self._samples: Counter[str] = Counter()
        self._began = 0.0
        self._collected, self._collecting_since = 0.0, 0.0  # seconds of Python's collector since the last look

    def add(self, kind: str, text: str) -> None:
        """Remember a fault."""
        self.found.append(Fault(kind, text))

    @contextmanager
    def on(self) -> Iterator[None]:
        """Within this everything is heard."""
        log = logging.getLogger("qhm")
        handler = _Heard(self)
        log.addHandler(handler)
        hooks = sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning
        sys.excepthook = lambda _kind, error, _at: self._raised("exception", error)
        sys.unraisablehook = lambda found: self._raised("unraisable", found.exc_value)
        threading.excepthook = lambda found: self._raised("exception in a thread", found.exc_value)
        warnings.showwarning = self._warned
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="pyqtgraph")
        qInstallMessageHandler(self._said)
        dispatcher = QAbstractEventDispatcher.instance()
        self.restart()
        dispatcher.awake.connect(self._look)
        dispatcher.aboutToBlock.connect(self._look)
        gc.callbacks.append(self._collecting)
        self._sampling = threading.Event()
        sampler = threading.Thread(target=self._sample, daemon=True)
        sampler.start()
        try:
            yield
        finally:
            self._sampling.set()
            sampler.join()
            gc.callbacks.remove(self._collecting)
            dispatcher.awake.disconnect(self._look)
            dispatcher.aboutToBlock.disconnect(self._look)
            qInstallMessageHandler(None)
            sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning = hooks
            log.removeHandler(handler)

    @contextmanager
    def own_work(self) -> Iterator[None]:
        """What is done within this is not the window's."""
        before, wall = time.thread_time(), time.monotonic()
        self._at_own += 1
        try:
            yield
        finally:
            self._at_own -= 1
            if not self._at_own:  # else the outer one counts it
                self._own += time.thread_time() - before
                self._wall += time.monotonic() - wall

    def restart(self) -> None:
        """Nothing until now counts as a frozen moment."""
        self._cpu, self._wall, self._own = time.thread_time(), time.monotonic(), 0.0
        self._samples.clear()
        self._collected = 0.0

    def _collecting(self, phase: str, _info: dict[str, int]) -> None:
        """The collector comes where something is allocated, which is not to blame for what it takes."""
        if threading.get_ident() == self._main:
            now = time.thread_time()
            if phase == "stop":
                self._collected += now - self._collecting_since
            self._collecting_since = now

    def _look(self) -> None:
        """Between two turns of the event loop: how long did the last one work?"""
        if self._at_own:
            return
        cpu, wall = time.thread_time(), time.monotonic()
        worked, passed = cpu - self._cpu - self._own, wall - self._wall
        self.longest[self.doing] = max(self.longest[self.doing], round(1000 * worked))
        if worked > self._frozen:
            self.add("frozen", f"{self.doing}\n{worked:.2f} s of work; seen there: {self._seen()}")
        elif passed - worked > STOOD_STILL_S and passed - worked - (denied() - self._denied) > STOOD_STILL_S:
            self.add("stood still", f"{self.doing}\n{passed:.1f} s, working {worked:.2f}; seen there: {self._seen()}")
        self._cpu, self._wall, self._own = cpu, wall, 0.0
        if wall - self._asked > 1:
            self._asked, self._denied = wall, denied()
        self._samples.clear()
        self._collected = 0.0

    def _seen(self) -> str:
        seen = [f"{place} ×{times}" for place, times in self._samples.most_common(8)]
        return "; ".join([f"Python's collector {self._collected:.2f} s", *seen])

    def _sample(self) -> None:
        """Where the window's thread is, again and again: what a frozen moment is of."""
        while not self._sampling.wait(0.05):
            frame = sys._current_frames().get(self._main)
            if frame is not None:
                with suppress(AttributeError):  # it may end meanwhile: what it came from is then anything
                    self._samples[_place(frame)] += 1

    def _raised(self, kind: str, error: BaseException | None) -> None:
        if error is None:
            return
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "qhm_" in frame.filename]
        at = (ours or frames or [None])[-1]
        place = f"{Path(at.filename).name} {at.name}" if at else "nowhere"
        self.add(kind, f"{type(error).__name__} in {place}: {error}\n{''.join(traceback.format_exception(error))}")

    def _warned(self, message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any) -> None:
        ours = [line for line in traceback.format_stack()[:-2] if "/qhm_" in line]
        self.add("warning", f"{category.__name__}: {message}, {Path(filename).name}\n{lineno}\n{''.join(ours[-6:])}")

    def _said(self, kind: QtMsgType, _where: Any, message: str) -> None:
        if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or message.startswith(_OF_OFFSCREEN):
            return
        self.add("Qt", f"{message}\n{''.join(line for line in traceback.format_stack()[:-1] if '/qhm_' in line)}")


class _Heard(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self._watch._raised(f"log {record.getMessage()[:60]}", record.exc_info[1])
        else:
            told = "told" if record.name == TOLD else "log"
            self._watch.add(told, record.getMessage())


def denied() -> float:
    """Seconds that threads of this process were ready to work, and other processes had the processors."""
    waited = 0
    for told in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError, IndexError, ValueError):  # it has ended
            waited += int(told.read_text().split()[1])
    return waited / 1e9


def _place(frame: FrameType | None) -> str:
    """The innermost places of our own code."""
    found: list[str] = []
    while frame is not None and len(found) < 3:
        name = frame.f_code.co_filename
        if "/qhm_" in name or "/tests/" in name:
            found.append(f"{Path(name).name}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(found)


@dataclass(frozen=True)
class Memory:
    """After ``actions``, with no window open: objects that Python's collector knows, and MiB that the process has."""

    actions: int
    objects: int
    mebibytes: float
    kinds: Counter[str]


def measure_memory(actions: int) -> Memory:
    """What is there now, garbage collected."""
    for _ in range(3):
        gc.collect()
    QPixmapCache.clear()
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)  # what is free, but not given back, is not held
    kinds = Counter(type(thing).__name__ for thing in gc.get_objects())
    return Memory(actions, sum(kinds.values()), _kibibytes() / 2**10, kinds)


def _kibibytes() -> int:
    """What the process holds that is in no file; 0 where the system does not tell."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("RssAnon:")).split()[1])
    return 0


#: After the warm-up so much more is growth: caches have ends, and fill slowly.
MORE_OBJECTS, MORE_MEBIBYTES = 1.10, 1.15


def growth(samples: list[Memory]) -> Fault | None:
    """Whether the last third of the samples has more than the third before it; None for fewer than six samples."""
    third = len(samples) // 3
    if third < 2:
        return None
    before, after = samples[-2 * third : -third], samples[-third:]
    for name, most in (("objects", MORE_OBJECTS), ("mebibytes", MORE_MEBIBYTES)):
        get: Callable[[Memory], float] = lambda one, name=name: getattr(one, name)  # noqa: E731
        least, now = max(map(get, before)), min(map(get, after))
        if now > most * least:
            more = after[-1].kinds - before[-1].kinds
            return Fault("memory", f"{name} grow\nfrom {least:.0f} to {now:.0f}; most of {more.most_common(12)}")
    return None
