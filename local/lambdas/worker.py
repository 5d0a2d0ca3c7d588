"""One execution environment: imports the handler, then handles one event after the other.

Reads a JSON line per event from standard input and answers with a JSON line on what was standard output; everything
the function prints goes to standard error, which the stack keeps as its log. Ends when its input ends.
"""

import importlib
import importlib.util
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any


class Context:
    """What Lambda hands a function beside the event."""

    function_version = "$LATEST"
    client_context = None
    identity = None

    def __init__(self, request_id: str, remaining: float) -> None:
        self.aws_request_id = request_id
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = f"/seba/local/{self.function_name}"
        self.log_stream_name = f"{os.getpid()}"
        region, account = os.environ["AWS_REGION"], os.environ["SEBA_LOCAL_ACCOUNT"]
        self.invoked_function_arn = f"arn:aws:lambda:{region}:{account}:function:{self.function_name}"
        self._until = time.monotonic() + remaining

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation."""
        return max(0, int((self._until - time.monotonic()) * 1_000))


class StackClock:
    """The stack's clock as this process knows it: real time plus the offset that came with the last event."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._leapt = 0.0

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def stopwatch(self) -> float:
        """Seconds since any start. A leap of the clock counts, so that caches grow old by it; back or forth alike."""
        return time.monotonic() + self._leapt

    def set(self, offset: timedelta) -> None:
        """So far is the stack's clock ahead of real time."""
        moved = abs((offset - self._offset).total_seconds())
        self._offset = offset
        self._leapt += moved


def main() -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr] # it is the real one here
    clock = StackClock()
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    begun = time.perf_counter()
    try:
        if importlib.util.find_spec("seba.wiring") is not None:
            wiring: Any = importlib.import_module("seba.wiring")
            wiring.replace_clock(clock, clock.stopwatch)
        handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module), name)
    except BaseException as error:  # noqa: BLE001 - whatever ends INIT is reported, as Lambda does
        print(json.dumps({"failed": _described(error)}), file=answers)
        return
    print(json.dumps({"ready": (time.perf_counter() - begun) * 1_000}), file=answers)
    for line in sys.stdin:
        order = json.loads(line)
        clock.set(timedelta(seconds=order["offset"]))
        context = Context(order["id"], order["timeout"])
        try:
            answer = {"result": handler(order["event"], context)}
            text = json.dumps(answer, ensure_ascii=False)
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises is its answer, as Lambda does
            traceback.print_exc()
            text = json.dumps({"error": _described(error)})
        sys.stdout.flush()
        print(text, file=answers)


def _described(error: BaseException) -> dict[str, Any]:
    """An error in the form of Lambda's answers."""
    trace: TracebackType | None = error.__traceback__
    return {
        "errorType": type(error).__name__,
        "errorMessage": str(error),
        "stackTrace": traceback.format_tb(trace),
    }


if __name__ == "__main__":
    main()
