"""`python -m local`: the whole stack, until Ctrl-C. PORT (default 8000) is where, ERRANDS what the desk does.

`--world FOLDER` begins with other files than samples/: areas.csv, sessions.csv and desks.csv; for the errand `shop`
in its folder shop/ categories.csv, products.csv, shops.csv and stock/.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from local.aws.template import TemplateProblem
from local.stack import Choices, LocalStack, PortTaken
from local.world import SAMPLES


def main() -> int:
    """Run until interrupted. Exit codes: 0 stopped, 1 something does not start, 2 the port is taken."""
    begun = time.perf_counter()
    try:
        port = int(os.environ.get("PORT", "8000"))
        if not 0 <= port <= 65_535:
            raise ValueError(port)
    except ValueError:
        print("PORT is a number up to 65535, such as 8001.", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--world", type=Path, default=SAMPLES, help="a folder with areas, sessions, desks and shops")
    world: Path = parser.parse_args().world
    print("Seba, the whole desk on this machine. Starting:", flush=True)
    errands = os.environ.get("ERRANDS", "")
    parameters = {"Errands": errands} if errands else {}
    stack = LocalStack(Choices(port=port, world=world, parameters=parameters), say=lambda line: print(line, flush=True))
    # Also where a shell has started it in the background and SIGINT is ignored.
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with stack:
            print(f"\nReady after {time.perf_counter() - begun:.1f} s. The phones:  {stack.url}/")
            print("What the functions log: .seba/local/functions.log")
            print("Ctrl-C stops it.", flush=True)
            while not stack.stopping.wait(3_600):
                pass
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0
    except PortTaken as taken:
        print(
            f"Port {taken.port} is taken by another program (another `make run`?)."
            f" Stop it, or take another port:  make run PORT={taken.port + 1}",
            file=sys.stderr,
        )
        return 2
    except (TemplateProblem, RuntimeError, OSError) as problem:
        print(f"The stack does not start: {problem}", file=sys.stderr)
        return 1
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    # A second Ctrl-C must not break off the ending of the first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
