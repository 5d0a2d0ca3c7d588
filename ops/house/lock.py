"""The locks: every dependency declared in pyproject.toml, pinned with hashes for the one Python that Lambda runs.

``python -m ops.house.lock`` rewrites all of them (``make lock``), ``--upgrade`` takes newer versions too.
uv writes them as plain requirements files: no registry's host is in them, so an operator may use a mirror.
The first line of each carries a digest of what was declared, by which a test sees that a lock is stale without
asking any registry.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""

_DECLARED = "# Declared in pyproject.toml: sha256 "
# Every line would carry this marker: requires-python says it once.
_THE_ONE_PYTHON = " ; python_full_version < '3.14'"


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock file and the groups of pyproject.toml that it pins."""

    path: str
    """Where it is, from the checkout's root."""
    groups: tuple[str, ...]
    """``runtime`` for the project's own dependencies, else the name of an optional group."""
    follows: str | None = None
    """A lock whose versions this one must agree with."""


DEVELOPMENT = Lock("requirements/dev.txt", ("runtime", "documents", "pages", "dev"))
RUNTIME_LAYER = Lock("layers/dependencies/requirements.txt", ("runtime",), follows=DEVELOPMENT.path)
DOCUMENTS_LAYER = Lock("layers/documents/requirements.txt", ("documents",), follows=DEVELOPMENT.path)
PAGES_LAYER = Lock("layers/pages/requirements.txt", ("pages",), follows=DEVELOPMENT.path)
LOCKS = (DEVELOPMENT, RUNTIME_LAYER, DOCUMENTS_LAYER, PAGES_LAYER)


def declared(lock: Lock, root: Path = ROOT) -> list[str]:
    """The requirements that pyproject.toml declares for a lock, in the order they stand there."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    groups = {"runtime": project["dependencies"], **project["optional-dependencies"]}
    return [str(requirement) for group in lock.groups for requirement in groups[group]]


def digest(lock: Lock, root: Path = ROOT) -> str:
    """SHA-256 of what a lock has to answer for: its requirements and the Python it is for."""
    python = tomllib.loads((root / "pyproject.toml").read_text())["project"]["requires-python"]
    return hashlib.sha256(json.dumps([python, sorted(declared(lock, root))]).encode()).hexdigest()


def recorded_digest(lock: Lock, root: Path = ROOT) -> str | None:
    """The digest that was written when the lock was made, or None where the lock names none."""
    first_line = (root / lock.path).read_text().partition("\n")[0]
    return first_line.removeprefix(_DECLARED) if first_line.startswith(_DECLARED) else None


def write(lock: Lock, *, upgrade: bool, root: Path = ROOT) -> None:
    """Resolve one lock and write it.

    Raises:
        subprocess.CalledProcessError: uv found no answer; it has said why.
    """
    target = root / lock.path
    # fmt: off
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "-",
        "--python-version", "3.13", "--universal", "--generate-hashes",
        "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet",
    ]
    # fmt: on
    with tempfile.TemporaryDirectory() as folder:
        # uv keeps the versions it finds in the output file, unless asked to upgrade.
        output = Path(folder) / "lock.txt"
        if target.exists() and not upgrade and lock.follows is None:
            output.write_text(target.read_text())
        if lock.follows is not None:
            command += ["--constraints", str(root / lock.follows)]
        subprocess.run(
            [*command, "--output-file", str(output), *(["--upgrade"] if upgrade else [])],
            cwd=root,
            input="\n".join(declared(lock, root)),
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        pins = output.read_text().replace(_THE_ONE_PYTHON + " and ", " ; ").replace(_THE_ONE_PYTHON, "")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"{_DECLARED}{digest(lock, root)}\n# Written by `make lock`; do not edit.\n{pins}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write all locks."""
    parser = argparse.ArgumentParser(prog="python -m ops.house.lock", description=write.__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    upgrade = bool(parser.parse_args(arguments).upgrade)
    for lock in LOCKS:
        write(lock, upgrade=upgrade)
        print(f"{lock.path}: written")


if __name__ == "__main__":
    main()
