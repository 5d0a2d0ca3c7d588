"""AWS's DynamoDB Local: where it is looked for, and how it runs. In memory, atomic under parallel writers."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PATIENCE: Final = 60.0
"""Seconds a busy machine may take to start Java."""


class NotHere(Exception):
    """This machine has no Java or no DynamoDB Local; the message says how to get it."""


def folder() -> Path:
    """The folder of DynamoDB Local. Raises NotHere."""
    found = Path(os.environ.get("SEBA_DYNAMODB_LOCAL") or ROOT / ".seba" / "dynamodb-local")
    if not (found / "DynamoDBLocal.jar").is_file():
        raise NotHere(
            f"no DynamoDB Local in {found} (SEBA_DYNAMODB_LOCAL names its folder; .ci/run shows how to get it)"
        )
    return found


def java() -> str:
    """The Java that runs it. Raises NotHere."""
    found = shutil.which("java")
    if found is None:
        raise NotHere("no Java on this machine (Debian: apt install openjdk-17-jre-headless)")
    return found


@contextmanager
def running(program: str, home: Path) -> Iterator[str]:
    """DynamoDB Local on a free port: its address. Stopped at the end, whatever happens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            program, "-Xmx512m", "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar",
            "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port),
        ],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NotHere(f"DynamoDB Local ended at once with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NotHere(f"DynamoDB Local does not answer within {PATIENCE:.0f} s")
