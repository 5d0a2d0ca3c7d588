"""`make run` and `make talk`, as commands."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from local.stack import ROOT

WORLD = Path(__file__).parent / "world"
STARTS_WITHIN = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def running() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`python -m local` on a free port, once it says that it is ready; and its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "--world", str(WORLD)],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ctrl-C"):
            break
    assert f"http://127.0.0.1:{port}/" in "".join(said), said
    assert any("2 centres" in line for line in said), said
    yield process, f"http://127.0.0.1:{port}"
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()


def children(parent: int) -> list[int]:
    """The environments that a stack has started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, ppid in pairs if int(ppid) == parent]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGTERM])
def test_it_says_what_it_does_answers_and_stops_cleanly(
    running: tuple[subprocess.Popen[str], str], ends_by: signal.Signals
) -> None:
    process, url = running
    assert urllib3.request("GET", f"{url}/local/health").status == 200
    environments = children(process.pid)
    assert len(environments) >= 5
    begun = time.monotonic()
    process.send_signal(ends_by)
    left, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Stopped." in left
    assert "Traceback" not in left
    assert time.monotonic() - begun < 15
    assert not any(alive(pid) for pid in environments)


def test_a_conversation_can_be_piped_into_a_running_stack(running: tuple[subprocess.Popen[str], str]) -> None:
    _, url = running
    spoken = subprocess.run(
        [sys.executable, "-m", "local.talk", "--port", url.rpartition(":")[2], "--phone", "919830012345"],
        cwd=ROOT,
        input="Hi\n3\n/voice\n/nonsense\n/clock +1h\n/quit\nnever said\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "attached to the stack" in spoken.stdout
    assert "[English]" in spoken.stdout
    assert "Do you agree?" in spoken.stdout
    assert "cannot listen to voice messages" in spoken.stdout
    assert "? /nonsense" in spoken.stdout
    assert "the clock says" in spoken.stdout
    assert "never said" not in spoken.stdout


def test_a_port_that_is_no_number_is_said_to_be_none() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env={**os.environ, "PORT": "eight thousand"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert "PORT is a number" in ran.stderr


def test_a_world_with_a_fault_stops_the_start_and_names_it(tmp_path: Path) -> None:
    for name in ("areas.csv", "sessions.csv", "desks.csv"):
        (tmp_path / name).write_bytes((WORLD / name).read_bytes())
    with (tmp_path / "sessions.csv").open("a", encoding="utf-8") as file:
        file.write("ward-99,only,three\n")
    ran = subprocess.run(
        [sys.executable, "-m", "local", "--world", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=STARTS_WITHIN,
        check=False,
    )
    assert ran.returncode == 1
    assert "sessions.csv" in ran.stderr
    assert "Traceback" not in ran.stderr
