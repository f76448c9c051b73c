"""A sweep by the workers of a real Dask scheduler on this machine, one of which is killed half-way."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from qhm_math.experiments import Axis, SweepError, SweepFile, SweepSettings, completed, load_sweep, run_sweep, scheduler

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = completed(
    SweepSettings("quadratic", Axis(0.05, 0.15, 30), Axis(0.0, 0.9, 30), Axis(0.5, 1.0, 3), epochs=1.5, seeds=4)
)


def test_without_distributed_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(SweepError, match=r"needs the package distributed: pip install"),
        scheduler("tcp://127.0.0.1:1"),
    ):
        pytest.fail("there is none")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the scheduler does not start")


def start(*line: str) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen([sys.executable, "-m", *line], env=environment, stdout=-3, stderr=-3, cwd=ROOT)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # distributed's own
def test_a_worker_that_is_killed_changes_nothing(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    address = f"tcp://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    common = ("--no-dashboard", "--host", "127.0.0.1")
    servers = [start("distributed.cli.dask_scheduler", *common, "--port", port)]
    try:
        wait_for(int(port))
        worker = ("distributed.cli.dask_worker", address, *common, "--no-nanny", "--nthreads", "1")
        scratch = ("--local-directory", str(tmp_path))
        servers += [start(*worker, *scratch, "--name", name) for name in ("first", "second")]
        jobs: list[int] = []

        def told(*_: object) -> None:
            jobs.append(1)
            if len(jobs) == 4:
                servers[1].send_signal(signal.SIGKILL)

        path = tmp_path / "cluster"
        with SweepFile.create(path, SETTINGS, {}) as file, scheduler(address) as executor:
            assert run_sweep(file, executor, ahead=12, told=told)
        assert len(jobs) == 12 and servers[1].wait(30) == -signal.SIGKILL
    finally:
        for server in servers:
            server.kill()
            server.wait()
    with SweepFile.create(tmp_path / "here", SETTINGS, {}) as file:
        assert run_sweep(file)
    ours, theirs = load_sweep(tmp_path / "here"), load_sweep(path)
    np.testing.assert_array_equal(ours.loss, theirs.loss)
    np.testing.assert_array_equal(ours.curve, theirs.curve)


@pytest.mark.parametrize("address", ["nonsense", "udp://x:1", "tcp://127.0.0.1", "tcp://127.0.0.1:x", "tcp://:80"])
def test_what_is_no_address_is_one_sentence(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=lambda *_, **__: pytest.fail("asked")))
    with (
        pytest.raises(SweepError, match=r"is no address of a scheduler: it must be tcp://HOST:PORT\.$"),
        scheduler(address),
    ):
        pytest.fail("there is none")


def test_a_scheduler_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=lambda *_, **__: pytest.fail("asked")))
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(SweepError, match=r"^The scheduler at tcp://127.* cannot be reached: .*\.$"), scheduler(address):
        pytest.fail("there is none")
