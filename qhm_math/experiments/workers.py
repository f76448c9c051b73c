"""Where jobs are done: in this process, by processes of this machine, or by a cluster."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.synchronize import Event
from typing import Any, cast
from urllib.parse import urlsplit

from .error import SweepError
from .jobs import give_up_when

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class InProcess(Executor):
    """Does a job when it is submitted, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


#: Seconds that a process has to end by itself.
_PATIENCE = 0.1


class Pool(ProcessPoolExecutor):
    """Processes of this machine; `measured()` is how far the noise is, 0 to 1, where one of them measures it.

    A signal waits while a worker may be started: one whose parent ends before it has told it what it is complains of
    that on the terminal.
    """

    measured: Callable[[], float]

    def end(self) -> None:
        """Wait until all processes have ended; one that asks nobody for a while, as when it imports PyTorch, is killed.

        It has nothing to lose: what it finds is kept here.
        """
        working = list((self._processes or {}).values())
        late = threading.Timer(_PATIENCE, self._kill, (working,))
        late.start()
        self.shutdown(wait=True, cancel_futures=True)
        late.cancel()
        late.join()

    def _kill(self, working: list[Any]) -> None:
        for process in working:
            with suppress(OSError, ValueError):  # it has ended meanwhile
                process.kill()
        with suppress(OSError, AttributeError):  # nobody reads on: Python < 3.11.5 would write for ever (gh-94777)
            cast("Any", self)._call_queue._reader.close()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with _signals_later(), _environment(), _told():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _told() -> Generator[None]:
    """SweepError, in a sentence, for what the system refuses to a process that is to begin: memory, files, a number."""
    try:
        yield
    except OSError:
        raise SweepError(
            "Processes cannot be started: the system has no room for them, or does not allow them."
        ) from None


@contextmanager
def _signals_later() -> Generator[None]:
    """What asks the process to end is done after this."""
    if threading.current_thread() is not threading.main_thread():  # only that one is interrupted
        yield
        return
    came: list[int] = []
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    held = [number for number, handler in before.items() if callable(handler)]  # not what is ignored, or ends at once
    for number in held:
        signal.signal(number, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number in held:
            signal.signal(number, before[number])
        for number in came[:1]:
            signal.raise_signal(number)


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def processes(workers: int) -> Generator[Executor]:
    """Within this, that many processes of this machine with one BLAS thread each; 1 is this process itself.

    Jobs under way at its end are given up within a step, or killed. SweepError where the system gives no processes.
    """
    if workers == 1:
        yield InProcess()
        return
    context = multiprocessing.get_context("spawn")
    with _environment(), _told():
        over, measured = context.Event(), context.Value("d", 0.0)
        pool = Pool(workers, context, initializer=_begin_worker, initargs=(over, measured))
    pool.measured = lambda: float(measured.value)
    try:
        yield pool
    finally:
        over.set()
        pool.end()


#: The environment is that of the whole process: one at a time changes it.
_turn = threading.Lock()


@contextmanager
def _environment() -> Generator[None]:
    """Within this processes are started: what they are to find is no business of this one, nor of the next."""
    with _turn:
        before = {name: os.environ.get(name) for name in (*_THREADS, "PYTHONWARNINGS")}
        os.environ.update(dict.fromkeys(_THREADS, "1"))  # before NumPy is imported there
        # Python's own tracker clears up after a process that is stopped, and would complain of that on the terminal
        os.environ["PYTHONWARNINGS"] = ",".join(filter(None, (before["PYTHONWARNINGS"], "ignore:resource_tracker")))
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


#: By so much a worker's claim to a core is below that of its parent: windows are drawn first.
_NICENESS = 10


def _begin_worker(over: Event, measured: Any) -> None:
    """A worker leaves the cores to whoever is waited for. One whose parent was killed waits for ever for its next job:
    it is ended instead. Ctrl+C is the parent's."""
    give_up_when(over.is_set, lambda fraction: setattr(measured, "value", fraction))
    if hasattr(os, "nice"):
        with suppress(OSError):  # a sandbox may forbid it
            os.nice(_NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def scheduler(address: str) -> Generator[Executor]:
    """Within this, the workers of the Dask scheduler at tcp://HOST:PORT. SweepError where it cannot be reached."""
    try:
        make_client: Any = importlib.import_module("distributed").Client
    except ImportError:
        raise SweepError("A scheduler needs the package distributed: pip install 'qhm-explorer[cluster]'.") from None
    _knock(address)
    try:
        client: Any = make_client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise SweepError(
            "The scheduler at {address} cannot be used: {error}.", address=address, error=type(error).__name__
        ) from None
    try:
        # retries: a job whose worker has died is done again by another; its bits are the same
        yield client.get_executor(retries=3, pure=False)
    finally:
        client.close()


def _knock(address: str) -> None:
    """SweepError where nothing listens there: distributed would wait long, and leave a thread behind."""
    found = urlsplit(address)
    try:
        if found.scheme not in ("tcp", "tls") or not found.hostname or not found.port:
            raise ValueError
    except ValueError:  # of a port that is no number, too
        raise SweepError(
            "{address} is no address of a scheduler: it must be tcp://HOST:PORT.", address=address
        ) from None
    try:
        socket.create_connection((found.hostname, found.port), timeout=10).close()
    except OSError as error:
        raise SweepError(
            "The scheduler at {address} cannot be reached: {error}.", address=address, error=error.strerror or error
        ) from None
