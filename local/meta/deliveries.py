"""Signed webhooks: one after the other per person, delivered again when they are refused."""

import hashlib
import heapq
import hmac
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

# Seconds until a refused webhook comes again. Meta goes on for seven days; here it ends after the last.
AGAIN_AFTER = (0.0, 0.5, 2.0, 5.0, 15.0, 30.0)

# Posts a body with its headers to the webhook and returns the HTTP status (0: no answer).
Post = Callable[[bytes, Mapping[str, str]], int]


def signature(app_secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for these bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(order=True, slots=True)
class _Delivery:
    due: float
    turn: int
    chain: str = field(compare=False)
    body: bytes = field(compare=False)
    leaving: Callable[[], None] | None = field(compare=False, default=None)
    attempt: int = field(compare=False, default=0)
    answered: "Future[int]" = field(compare=False, default_factory=Future)


class Deliveries:
    """Sends webhooks in the background. Within a chain (a person's messages, say) they keep their order."""

    def __init__(
        self,
        post: Post,
        app_secret: str,
        on_answer: Callable[[int, float, int], None],
        again_after: tuple[float, ...] = AGAIN_AFTER,
    ) -> None:
        """`on_answer(status, milliseconds, attempt)` is called after each try."""
        self._post = post
        self._secret = app_secret
        self._on_answer = on_answer
        self._again_after = again_after
        self._turn = itertools.count()
        self._waiting: list[_Delivery] = []
        self._busy: set[str] = set()
        self._changed = threading.Condition()
        self._closed = False
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="meta-webhook")
        self._thread = threading.Thread(target=self._run, name="meta-deliveries", daemon=True)
        self._thread.start()

    def send(
        self,
        chain: str,
        content: Mapping[str, Any],
        *,
        after: float = 0.0,
        leaving: Callable[[], None] | None = None,
    ) -> "Future[int]":
        """Deliver `content` as JSON `after` seconds; the future holds the status of the first try.

        `leaving` is called once, just before the first try.
        """
        body = json.dumps(content, ensure_ascii=False).encode()
        delivery = _Delivery(time.monotonic() + after, next(self._turn), chain, body, leaving)
        with self._changed:
            heapq.heappush(self._waiting, delivery)
            self._changed.notify_all()
        return delivery.answered

    def pending(self) -> int:
        """Webhooks not yet answered with 200 or given up."""
        with self._changed:
            return len(self._waiting) + len(self._busy)

    def wait(self, within: float) -> bool:
        """Wait until nothing is pending, at most `within` seconds; whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout=within)

    def close(self) -> None:
        """Stop; what is waiting is dropped."""
        with self._changed:
            self._closed = True
            for delivery in self._waiting:
                delivery.answered.cancel()
            self._waiting.clear()
            self._changed.notify_all()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                delivery = self._take(now)
                if delivery is not None:
                    self._busy.add(delivery.chain)
                    self._pool.submit(self._try, delivery)
                    continue
                due = [waiting.due - now for waiting in self._waiting if waiting.chain not in self._busy]
                self._changed.wait(timeout=max(0.0, min(due)) if due else None)

    def _take(self, now: float) -> _Delivery | None:
        """The next one that is due and whose chain is free. Those of a busy chain keep their place."""
        passed: list[_Delivery] = []
        found = None
        while self._waiting and self._waiting[0].due <= now:
            first = heapq.heappop(self._waiting)
            if first.chain not in self._busy:
                found = first
                break
            passed.append(first)
        for delivery in passed:
            heapq.heappush(self._waiting, delivery)
        return found

    def _try(self, delivery: _Delivery) -> None:
        headers = {
            "content-type": "application/json",
            "user-agent": "facebookexternalua",
            "x-hub-signature-256": signature(self._secret, delivery.body),
        }
        if delivery.leaving is not None:
            delivery.leaving()
        begun = time.perf_counter()
        try:
            status = self._post(delivery.body, headers)
        except OSError:
            status = 0
        self._on_answer(status, (time.perf_counter() - begun) * 1_000, delivery.attempt)
        if not delivery.answered.done():
            delivery.answered.set_result(status)
        with self._changed:
            self._busy.discard(delivery.chain)
            again = not 200 <= status < 300 and delivery.attempt < len(self._again_after) and not self._closed
            if again:
                due = time.monotonic() + self._again_after[delivery.attempt]
                retry = _Delivery(due, delivery.turn, delivery.chain, delivery.body, attempt=delivery.attempt + 1)
                heapq.heappush(self._waiting, retry)
            self._changed.notify_all()
