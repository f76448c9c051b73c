"""What every test stands on: no screen, no settings of the person who runs it, and nothing left behind."""

import contextlib
import gc
import importlib
import itertools
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before the first import of Qt and of NumPy.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import hypothesis
import pytest

# No deadline: a machine that is busy is not a bug. On CI the same examples every time.
# A quarter of Hypothesis' own number of examples: `make soak` tries forty times as many.
hypothesis.settings.register_profile("here", deadline=None, max_examples=25)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=25, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=1000, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")

HERE = Path(__file__).parent
PATIENCE_S = 2.0
_NUMBERS = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--soak"):
        hypothesis.settings.load_profile("soak")


def pytest_collection() -> None:
    """In a fresh checkout each worker would rewrite the asserts of all tests: every other begins at the other end, and
    finds the first half done."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if int(worker.removeprefix("gw")) % 2:
        for path in sorted(HERE.rglob("test_*.py"), reverse=True):
            with contextlib.suppress(Exception, pytest.skip.Exception):  # told when it is collected
                importlib.import_module(".".join(path.relative_to(HERE.parent).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """What stands before the first test stands at the last: nobody need look through it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 20)  # the program has 5,000, 10, 10 (qhm_gui/commands/entry.py)


@pytest.fixture(scope="module", autouse=True)
def nothing_is_looked_through_again() -> Iterator[None]:
    """Nor through what a file of tests has left (modules, what is remembered): once the search for garbage after each
    test of a window took half a second, for a file had kept a million objects."""
    yield
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="also what takes minutes, of which `make test` sees a part")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test of a whole window is slow: the window computes everything that it shows. Some wait for `make soak`, which
    also tries all that Hypothesis makes up, with more examples."""
    for item in items:
        if config.getoption("--soak") and getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.soak)
        if {"make_window", "make_talk"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.slow)
    soaking = [item for item in items if item.get_closest_marker("soak")]
    if soaking and not config.getoption("--soak"):
        config.hook.pytest_deselected(items=soaking)
        items[:] = [item for item in items if item not in soaking]


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings, caches and data of a test are its own."""
    if "PySide6.QtCore" in sys.modules:
        use_folders(tmp_path_factory.getbasetemp() / f"home-{next(_NUMBERS)}", monkeypatch)  # mktemp reads all names


def use_folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, caches and data lie in a folder."""
    from PySide6.QtCore import QSettings

    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
            QSettings.setPath(kind, scope, str(home / "settings"))


@pytest.fixture(autouse=True)
def nothing_fails_to_draw(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which an item of a canvas raised while it was drawn: it is only logged, lest Qt abort."""
    yield
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    failed = [record for record in records if record.name == "qhm.overrides"]
    if failed:
        texts = [f"{record.getMessage()}: {record.exc_info and record.exc_info[1]!r}" for record in failed]
        pytest.fail("; ".join(texts))


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test after which a thread still runs, a timer still ticks or a window still exists."""
    threads = set(threading.enumerate())
    if "PySide6.QtWidgets" not in sys.modules:
        yield
        leftovers = running_threads(threads)
    else:
        with Started() as started:
            windows = set(top_level_windows())
            lives_on = "kept_window" in request.fixturenames  # with what it has made and does not show
            yield
            leftovers = settle(
                lambda: [
                    *running_threads(threads),
                    *started.still_active(),
                    *(w for w in top_level_windows() if w not in windows and (w.isVisible() or not lives_on)),
                ]
            )
            texts = [describe(thing) for thing in leftovers]
            stop(leftovers)
        leftovers = texts
    if leftovers:
        pytest.fail(f"{request.node.name} left behind: " + "; ".join(map(str, leftovers)))


class Started:
    """Remembers, while it is entered, each QThread and QTimer that Python starts."""

    def __init__(self) -> None:
        self._seen: weakref.WeakSet[Any] = weakref.WeakSet()

    def __enter__(self) -> "Started":
        from PySide6.QtCore import QThread, QTimer

        self._originals = [(QThread, QThread.start), (QTimer, QTimer.start)]
        for kind, original in self._originals:
            kind.start = self._remembering(original)
        return self

    def _remembering(self, original: Callable[..., None]) -> Callable[..., None]:
        def start(thing: Any, *arguments: Any) -> None:
            self._seen.add(thing)
            original(thing, *arguments)

        return start

    def __exit__(self, *_: object) -> None:
        for kind, original in self._originals:
            kind.start = original

    def still_active(self) -> list[Any]:
        import shiboken6
        from PySide6.QtCore import QThread

        return [
            thing
            for thing in list(self._seen)
            if shiboken6.isValid(thing) and (thing.isRunning() if isinstance(thing, QThread) else thing.isActive())
        ]


def running_threads(before: set[threading.Thread]) -> list[Any]:
    # Python keeps a dummy for each foreign thread that ran Python code, for ever: those are Qt's, seen above.
    return [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]


def top_level_windows() -> list[Any]:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return []
    passing = (Qt.WindowType.ToolTip, Qt.WindowType.Popup)
    return [w for w in QApplication.topLevelWidgets() if w.windowType() not in passing or w.isVisible()]


def settle(leftovers: Callable[[], list[Any]]) -> list[Any]:
    """What is left after Qt has deleted what it was asked to, and threads have had time to end."""
    from PySide6.QtCore import QCoreApplication, QEvent

    end = time.monotonic() + PATIENCE_S
    tries = 0
    while True:
        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()
        found = leftovers()
        if not found or time.monotonic() > end:
            return found
        del found
        if tries in (0, 20):
            gc.collect()  # a window in a reference cycle is not a leak
        tries += 1
        time.sleep(0.01)


def describe(thing: Any) -> str:
    if isinstance(thing, threading.Thread):
        return f"running thread {thing.name}"
    kind = type(thing).__name__
    name = f" “{thing.objectName()}”" if thing.objectName() else ""
    from PySide6.QtCore import QThread, QTimer

    if isinstance(thing, QThread):
        return f"running {kind}{name}"
    if isinstance(thing, QTimer):
        return f"active {kind}{name}, {thing.interval()} ms"
    return f"window {kind}{name}"


def stop(leftovers: list[Any]) -> None:
    """Keep one test's leftovers from failing the next ones."""
    from PySide6.QtCore import QThread, QTimer

    for thing in leftovers:
        if isinstance(thing, QThread):
            thing.requestInterruption()
            thing.quit()
            thing.wait(1000)
        elif isinstance(thing, QTimer):
            thing.stop()
        elif not isinstance(thing, threading.Thread):
            thing.close()
            thing.deleteLater()
