"""Servers as processes of their own, all on one core, the client on another; and what they cost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.load import Connection

ROOT = Path(__file__).resolve().parents[1]
SERVER_CORE, CLIENT_CORE = 0, 1


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pin_client() -> None:
    """Keep this process off the servers' core, where the system can do that."""
    _pin(CLIENT_CORE)


def _pin(core: int) -> None:
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], port: int, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server process until it answers *path*, and its end afterwards."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        preexec_fn=lambda: _pin(SERVER_CORE),  # noqa: PLW1509 - a few lines before exec, no threads yet
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, path, process)
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def wait_for(port: int, path: str, process: subprocess.Popen[bytes], *, seconds: float = 30) -> float:
    """Seconds until the server answers *path*; looked at every few milliseconds."""
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with suppress(OSError):
            if Connection(port).get(path).status < 500:
                return time.perf_counter() - start
        time.sleep(0.005)
    raise RuntimeError("the server did not answer")


def program(data: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """Command and environment that serve the installation in *data*."""
    command = [sys.executable, "-m", "flask", "--app", "app", "site", "serve", "--port", str(port)]
    return command, {"XUANGUAN_DATA": str(data), "XUANGUAN_DEMO": "0"}


def proportional_set_size(pid: int) -> float | None:
    """Memory of a process in MiB, shared pages by their share; ``None`` where the system does not tell."""
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if not rollup.exists():
        return None
    line = next(line for line in rollup.read_text().splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
