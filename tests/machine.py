"""What a test may need of the machine beyond Python, where it is looked for, and what to say when it is not there.

Each of these skips the test with a reason that names the remedy; on a continuous integration machine (``CI`` set)
tests/conftest.py turns such a skip into a failure.
"""

import importlib.util
import os
import platform
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""


def java() -> str:
    """The Java that runs DynamoDB Local."""
    found = shutil.which("java")
    if found is None:
        pytest.skip("no Java on this machine (Debian: apt install openjdk-17-jre-headless)")
    return found


def dynamodb_local() -> Path:
    """The folder of AWS's DynamoDB Local: ``SEBA_DYNAMODB_LOCAL``, or where .ci/run puts it."""
    folder = Path(os.environ.get("SEBA_DYNAMODB_LOCAL") or ROOT / ".seba" / "dynamodb-local")
    if not (folder / "DynamoDBLocal.jar").is_file():
        pytest.skip(
            f"no DynamoDB Local in {folder} (SEBA_DYNAMODB_LOCAL names its folder; .ci/run shows how to get it)"
        )
    return folder


def chromium() -> str:
    """A Chromium or Chrome: ``CHROMIUM``, or the first found on the PATH."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else None
    for name in () if named else ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = found or shutil.which(name)
    if found is None:
        pytest.skip("no Chromium on this machine (CHROMIUM names its program; Debian: apt install chromium)")
    return found


def runtime_emulator() -> Path:
    """AWS's Runtime Interface Emulator, as the SAM command line brings it: for Linux only."""
    if sys.platform != "linux":
        pytest.skip("the Lambda runtime runs on Linux only")
    architecture = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    sam = importlib.util.find_spec("samcli")
    emulator = Path(sam.origin or "").parent / "local" / "rapid" / f"aws-lambda-rie-{architecture}" if sam else None
    if emulator is None or not emulator.is_file():
        pytest.skip(f"no Lambda runtime emulator for {architecture}")
    return emulator
