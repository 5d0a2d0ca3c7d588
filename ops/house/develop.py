"""Make a virtual environment know the checkout: its import roots, and the commands of ``[project.scripts]``.

The Makefile runs this with the environment's own Python, after the locked packages are in. An editable install would
need one import root and a build backend; the house has three roots and is never built into a wheel
(docs/decisions/importing-the-checkout.md).
"""

import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""


def import_roots(root: Path = ROOT) -> list[Path]:
    """Where imports start, as pyproject.toml says under ``[tool.seba]``."""
    declared = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["seba"]["import-roots"]
    return [(root / folder).resolve() for folder in declared]


def launchers(root: Path = ROOT, python: str = sys.executable) -> dict[str, str]:
    """The text of a command per entry of ``[project.scripts]``."""
    scripts: dict[str, str] = tomllib.loads((root / "pyproject.toml").read_text())["project"]["scripts"]
    commands = {}
    for command, target in scripts.items():
        module, _, function = target.partition(":")
        start = f"import sys; sys.argv[0] = '{command}'; from {module} import {function}; sys.exit({function}())"
        commands[command] = f'#!/bin/sh\nexec "{python}" -c "{start}" "$@"\n'
    return commands


def main() -> None:
    """Write the path file and the commands of the environment that runs this."""
    packages = Path(sysconfig.get_path("purelib"))
    scripts = Path(sysconfig.get_path("scripts"))
    (packages / "seba-checkout.pth").write_text("".join(f"{folder}\n" for folder in import_roots()))
    for command, text in launchers().items():
        launcher = scripts / command
        launcher.write_text(text)
        launcher.chmod(0o755)


if __name__ == "__main__":
    main()
