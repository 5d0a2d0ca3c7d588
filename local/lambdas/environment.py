"""Execution environments: a process per environment, as in Lambda.

An environment handles one event at a time and keeps its module state between events; one that takes longer than the
function's time-out is ended, and with it whatever it kept. More of them start when several events come at once.
"""

import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Importing may take long on a slow machine; Lambda allows 10 s, its SnapStart 15 minutes.
START_WITHIN = 60.0

Log = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an invocation: `result` (any JSON), or `error` with its type and message."""

    result: Any
    error: Mapping[str, Any] | None
    took_ms: float
    cold: bool

    @property
    def failure(self) -> str:
        """The error in one line, "" if there was none."""
        return "" if self.error is None else f"{self.error['errorType']}: {self.error['errorMessage']}"


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """How a function runs: its handler, its time-out (seconds), memory (MB), environment and import roots."""

    name: str
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    import_roots: tuple[Path, ...]


class Environment:
    """One process."""

    def __init__(self, settings: FunctionSettings, log: Log) -> None:
        self._settings = settings
        self._log = log
        self._answers: SimpleQueue[str | None] = SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local.lambdas.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self._environment(),
            cwd=ROOT,
            # Ctrl-C is for the stack, which then ends its environments in order.
            start_new_session=True,
        )
        self._readers = [
            threading.Thread(target=self._read_answers, name=f"{settings.name}-answers", daemon=True),
            threading.Thread(target=self._read_log, name=f"{settings.name}-log", daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self._started = False

    def wait_until_ready(self) -> float:
        """Wait for INIT and return its milliseconds; RuntimeError with the reason if the handler cannot be imported."""
        if self._started:
            return 0.0
        answer = self._answer(START_WITHIN)
        if answer is None or "ready" not in answer:
            reason = "no answer" if answer is None else str(answer.get("failed", answer))
            if answer is not None and "failed" in answer:
                failed = answer["failed"]
                reason = f"{failed['errorType']}: {failed['errorMessage']}"
                self._log(self._settings.name, "".join(failed["stackTrace"]) + reason)
            self.end()
            raise RuntimeError(f"{self._settings.handler} does not start: {reason}")
        self._started = True
        return float(answer["ready"])

    def invoke(self, event: object, offset: float) -> tuple[dict[str, Any] | None, bool]:
        """Handle an event; None as answer if the process ended or was ended. The second is whether it still lives."""
        order = {"id": str(uuid.uuid4()), "event": event, "offset": offset, "timeout": self._settings.timeout}
        stdin = self._process.stdin
        try:
            if stdin is None:
                return None, False
            stdin.write(json.dumps(order, ensure_ascii=False) + "\n")
            stdin.flush()
        except OSError:
            return None, False
        answer = self._answer(self._settings.timeout)
        if answer is None:
            self.kill()
        return answer, answer is not None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process: it ends by itself when its input ends, and is killed after two seconds."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close()

    def kill(self) -> None:
        """End the process at once, as Lambda does after the time-out."""
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        for reader in self._readers:
            reader.join(timeout=2)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _answer(self, within: float) -> dict[str, Any] | None:
        try:
            line = self._answers.get(timeout=within)
        except Empty:
            return None
        if line is None:
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _read_answers(self) -> None:
        stream = self._process.stdout
        if stream is not None:
            for line in stream:
                self._answers.put(line)
        self._answers.put(None)

    def _read_log(self) -> None:
        stream = self._process.stderr
        if stream is not None:
            for line in stream:
                self._log(self._settings.name, line.rstrip("\n"))

    def _environment(self) -> dict[str, str]:
        """The function's own variables and Lambda's; of ours only what a process needs, never anybody's credentials."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "SEBA_", "POWERTOOLS_"))}
        settings = self._settings
        roots = os.pathsep.join([*(str(root) for root in settings.import_roots), str(ROOT)])
        return {
            **kept,
            **settings.environment,
            "PYTHONPATH": roots,
            "PYTHONUNBUFFERED": "1",
            "TZ": "UTC",
            "_HANDLER": settings.handler,
            "AWS_LAMBDA_FUNCTION_NAME": settings.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_SDK_UA_APP_ID": settings.name,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "LAMBDA_TASK_ROOT": str(settings.import_roots[0]) if settings.import_roots else str(ROOT),
        }


class Function:
    """A function with its environments: at most `most` at once."""

    def __init__(self, settings: FunctionSettings, offset: Callable[[], float], log: Log, most: int = 2) -> None:
        self.settings = settings
        self._offset = offset
        self._log = log
        self._free: list[Environment] = []
        self._all: list[Environment] = []
        self._starting = 0
        self._most = most
        self._changed = threading.Condition()
        self._closed = False
        self._running = 0
        self._count = itertools.count()

    @property
    def name(self) -> str:
        """The function's name."""
        return self.settings.name

    def start(self) -> None:
        """Begin to start the first environment, without waiting for it."""
        with self._changed:
            if not self._all:
                environment = Environment(self.settings, self._log)
                self._all.append(environment)
                self._free.append(environment)

    def wait_until_ready(self) -> float:
        """Wait for the first environment; its INIT in milliseconds. RuntimeError if the handler cannot be imported."""
        self.start()
        return self._all[0].wait_until_ready()

    def running(self) -> int:
        """Invocations at this moment."""
        with self._changed:
            return self._running

    def invoke(self, event: object) -> Outcome:
        """Run the function with an event (any JSON). Never raises for what the function does."""
        begun = time.perf_counter()
        environment, cold = self._borrow()
        if environment is None:
            return _failed("Runtime.Stopping", "the stack is stopping", begun, cold=False)
        alive = False
        try:
            try:
                environment.wait_until_ready()
            except RuntimeError as reason:
                return _failed("Runtime.ImportModuleError", str(reason), begun, cold=cold)
            answer, alive = environment.invoke(event, self._offset())
        finally:
            self._give_back(environment, alive=alive)
        if answer is None:
            took = time.perf_counter() - begun
            if took >= self.settings.timeout:
                what = f"Task timed out after {self.settings.timeout:.2f} seconds"
                return _failed("Sandbox.Timedout", what, begun, cold=cold)
            return _failed("Runtime.ExitError", "the environment ended while handling the event", begun, cold=cold)
        return Outcome(answer.get("result"), answer.get("error"), (time.perf_counter() - begun) * 1_000, cold)

    def stop(self) -> None:
        """End all environments."""
        with self._changed:
            self._closed = True
            environments = list(self._all)
            self._changed.notify_all()
        for environment in environments:
            environment.end()

    def _borrow(self) -> tuple[Environment | None, bool]:
        with self._changed:
            self._running += 1
            while not self._closed:
                if self._free:
                    return self._free.pop(), False
                if len(self._all) < self._most:
                    environment = Environment(self.settings, self._log)
                    self._all.append(environment)
                    return environment, True
                self._changed.wait()
            self._running -= 1
            return None, False

    def _give_back(self, environment: Environment, *, alive: bool) -> None:
        with self._changed:
            self._running -= 1
            if alive and not self._closed:
                self._free.append(environment)
            elif environment in self._all:
                self._all.remove(environment)
                if not alive and not self._closed:
                    threading.Thread(target=environment.end, daemon=True).start()
            self._changed.notify_all()


def _failed(kind: str, message: str, begun: float, *, cold: bool) -> Outcome:
    error = {"errorType": kind, "errorMessage": message, "stackTrace": []}
    return Outcome(None, error, (time.perf_counter() - begun) * 1_000, cold)
