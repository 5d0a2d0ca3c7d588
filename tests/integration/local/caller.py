"""Somebody who talks to a stack over HTTP, for its tests."""

from typing import Any

import urllib3

from local.stack import LocalStack


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
