"""Somebody who talks to a stack over HTTP, for its tests."""

import json
import os
import subprocess
import sys
from typing import Any

import urllib3

from local.stack import ROOT, LocalStack
from tests.invariant import KINDS


def office(stack: LocalStack, *words: str) -> subprocess.CompletedProcess[str]:
    """A `seba` command in a process of its own, as an operator runs it: it takes over the stack's environment."""
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "layers" / "seba", ROOT / "functions")))
    command = [sys.executable, "-m", "ops.cli", "--local", stack.url, *words]
    env = {**os.environ, "PYTHONPATH": paths}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def agrees(stack: LocalStack) -> None:
    """When all is quiet, every place of the stack belongs to who knows of it, and every slot's count is right."""
    assert stack.settle(60) == []
    told = office(stack, "verify", "--json")
    assert told.stdout.startswith("{"), told.stderr
    broken = [each for each in json.loads(told.stdout)["findings"] if each["kind"] in KINDS]
    assert not broken, broken


class Caller:
    """Somebody who talks to the stack over HTTP."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self._http = urllib3.PoolManager(retries=False)

    def get(self, path: str) -> Any:
        answer = self._http.request("GET", f"{self.stack.url}{path}", timeout=30.0)
        assert answer.status == 200, (path, answer.status, answer.data[:300])
        return answer.json()

    def post(self, path: str, content: Any = None, *, expect: int = 200, **headers: str) -> Any:
        answer = self._http.request(
            "POST", f"{self.stack.url}{path}", json=content or {}, headers=headers or None, timeout=60.0
        )
        assert answer.status == expect, (path, answer.status, answer.data[:300])
        return answer.json()

    def raw(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        return self._http.request(method, f"{self.stack.url}{path}", timeout=30.0, **options)

    def said_back(self, who: str) -> list[str]:
        """The texts sent to somebody."""
        return [entry["payload"]["text"]["body"] for entry in self.get(f"/local/sent?to={who}")]
