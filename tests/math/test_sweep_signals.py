"""A signal comes while the workers of a sweep are started."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import time
from concurrent.futures import Future, ProcessPoolExecutor, wait
from typing import Any

import pytest

from qhm_math.experiments import SweepError, processes


@pytest.mark.parametrize("held", [True, False])
def test_a_signal_waits_until_a_worker_is_started(held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent would end before it has told the worker what it is, which complains of that on the terminal."""
    done: list[str] = []

    def start(*_: Any, **__: Any) -> Future[None]:
        signal.raise_signal(signal.SIGINT)
        done.append("started")
        return Future()

    monkeypatch.setattr(ProcessPoolExecutor, "submit", start)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's "&" has it ignored
    try:
        with processes(2) as pool, pytest.raises(KeyboardInterrupt):
            pool.submit(print) if held else ProcessPoolExecutor.submit(pool, print)  # type: ignore[arg-type]
        assert done == (["started"] if held else [])
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(not hasattr(os, "nice"), reason="there is no niceness on this system")
@pytest.mark.slow
def test_workers_leave_the_cores_to_whoever_is_waited_for() -> None:
    """Beside a sweep on both cores a window was busy for twice as long at a time."""
    with processes(2) as pool:
        assert pool.submit(os.nice, 0).result() == min(19, os.nice(0) + 10)


@pytest.mark.slow
def test_workers_have_one_thread_each_and_the_environment_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two pools at once the one that ended first gave the workers of the other all threads; the last left them 1."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    first, second = processes(2), processes(2)
    first.__enter__()
    pool = second.__enter__()
    first.__exit__(None, None, None)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"
    assert pool.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() == "1"
    second.__exit__(None, None, None)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, 1_000_000])
def test_a_worker_that_asks_nobody_is_not_waited_for(size: int) -> None:
    """A window that was closed while a worker imported PyTorch stood for 5 to 16 seconds. This would wait for a day."""
    with processes(2) as pool:
        asleep = [pool.submit(_sleep, bytes(size)) for _ in range(4)]  # what is sent may be more than a pipe holds
        wait(asleep, 0.1)
    assert all(one.done() for one in asleep)


def _sleep(_: bytes) -> None:
    time.sleep(86_400)


class FullContext:
    """Of a system on which nothing can be shared any more, as on a full disk without /dev/shm."""

    def __getattr__(self, name: str) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")


def no_more(*_: Any, **__: Any) -> Future[None]:
    raise OSError(errno.EAGAIN, "Resource temporarily unavailable")


def test_a_system_without_room_for_processes_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(multiprocessing, "get_context", lambda _method: FullContext())
        with pytest.raises(SweepError, match="cannot be started"), processes(2):
            pass
    monkeypatch.setattr(ProcessPoolExecutor, "submit", no_more)
    with processes(2) as pool, pytest.raises(SweepError, match="cannot be started"):
        pool.submit(print)
