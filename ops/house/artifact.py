"""What `sam build` puts into the artifact of a function or of a layer; called by the Makefiles beside their sources.

Run as a script with nothing but Python 3.13 and its pip, since an operator's `sam` may live anywhere:

    python ops/house/artifact.py function WebhookFunction ARTIFACTS
    python ops/house/artifact.py layer seba ARTIFACTS

Three things SAM's own Python workflow does not do (docs/decisions/building-with-makefiles.md):

* every module is compiled, with hashes that are never checked, so that a cold start compiles nothing;
* ``release.json`` in a function's artifact names the SHA-256 of its layers, of template.yaml and of samconfig.toml, so
  that a change there changes the function's code, and a new version is published (SnapStart runs versions);
* a layer's wheels are fetched for Lambda's machine, whatever machine builds.
"""

import compileall
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).resolve().parents[2]
"""The checkout that is built from."""

LAYERS = ("dependencies", "documents", "pages", "seba")
"""The folders of layers/."""

# Lambda's Python 3.13 runs on Amazon Linux 2023, glibc 2.34. The architecture is a setting for the tests alone, which
# run the documents layer on the machine they have; what is shipped is arm64, as template.yaml says.
_ARCHITECTURE = os.environ.get("SEBA_BUILD_ARCHITECTURE", "aarch64")
_PLATFORMS = ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014")


def _source_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path


def fingerprint(paths: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of files, and of all sources in folders; a missing one counts as empty."""
    total = hashlib.sha256()
    for path in paths:
        for file in _source_files(path) if path.is_dir() else [path]:
            name = file.relative_to(path.parent).as_posix()
            content = file.read_bytes() if file.exists() else b""
            total.update(f"{name}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()


def release(root: Path = ROOT) -> dict[str, str]:
    """What a published version stands on besides its own handler: its layers, its settings, and how it was built."""
    return {
        **{f"layers/{layer}": fingerprint([root / "layers" / layer]) for layer in LAYERS},
        "ops/house/artifact.py": fingerprint([root / "ops/house/artifact.py"]),
        "samconfig.toml": fingerprint([root / "samconfig.toml"]),
        "template.yaml": fingerprint([root / "template.yaml"]),
    }


def compile_modules(artifacts: Path, runs_at: str) -> None:
    """Compile all modules below a folder for Lambda, which finds the folder at ``runs_at``.

    Raises:
        SystemExit: a module does not compile.
    """
    compiled = compileall.compile_dir(
        artifacts,
        quiet=1,
        force=True,
        stripdir=str(artifacts),
        prependdir=runs_at,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise SystemExit(f"{artifacts}: a module does not compile")


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"), dirs_exist_ok=True)


def build_function(logical_id: str, artifacts: Path, root: Path = ROOT) -> None:
    """Put one handler into its artifact, under the name that template.yaml, tests and type checker use."""
    name = logical_id.removesuffix("Function").lower()
    _copy(root / "functions" / name, artifacts / name)
    (artifacts / "release.json").write_text(json.dumps(release(root), indent=1, sort_keys=True) + "\n")
    compile_modules(artifacts, "/var/task")


def build_layer(name: str, artifacts: Path, root: Path = ROOT) -> None:
    """Put one layer into its artifact: our own code, or the wheels that its lock names.

    Raises:
        subprocess.CalledProcessError: pip found no wheel for Lambda's machine, or a hash differs; it has said why.
    """
    source = root / "layers" / name
    python = artifacts / "python"
    if (source / "requirements.txt").exists():
        # fmt: off
        subprocess.run(
            [
                sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--requirement", str(source / "requirements.txt"), "--require-hashes", "--no-deps",
                "--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.13",
                *(flag for glibc in _PLATFORMS for flag in ("--platform", f"{glibc}_{_ARCHITECTURE}")),
                "--no-compile", "--target", str(python),
            ],
            check=True,
        )
        # fmt: on
        shutil.rmtree(python / "bin", ignore_errors=True)
    else:
        _copy(source / name, python / name)
    compile_modules(artifacts, "/opt")


def main(arguments: list[str]) -> None:
    """Build what the Makefile asks for.

    Raises:
        SystemExit: wrong arguments, or a Python whose compiled modules Lambda could not read.
    """
    if sys.version_info[:2] != (3, 13):
        raise SystemExit(
            f"Lambda runs Python 3.13, this is {sys.version.split()[0]} ({sys.executable}): "
            "put a python3.13 on the PATH (`make build` takes the one in .venv)."
        )
    match arguments:
        case ["function", logical_id, artifacts]:
            build_function(logical_id, Path(artifacts).resolve())
        case ["layer", name, artifacts] if name in LAYERS:
            build_layer(name, Path(artifacts).resolve())
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
