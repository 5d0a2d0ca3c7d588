"""What makes it hard for writers: many of them at once, and AWS on a bad day."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse


def in_threads(count: int, work: Callable[[], None]) -> None:
    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(work) for _ in range(count)]:
            done.result()


class Weather:
    """AWS on a bad day: throttles, conflicts with transactions, and answers that are lost after the work was done."""

    def __init__(self, client: Any, share: float, seed: int) -> None:
        self._client, self._share, self._chance = client, share, random.Random(seed)
        self._lock = threading.Lock()
        self.struck: Counter[str] = Counter()
        client.meta.events.register_first("before-send.dynamodb", self._before)

    def _before(self, request: Any, event_name: str, **_: Any) -> Any:
        with self._lock:
            dice = self._chance.random()
        if dice >= self._share:
            return None
        kind = ("throttle", "conflict", "lost")[int(dice / self._share * 3)]
        if kind == "conflict" and not event_name.endswith("UpdateItem"):
            kind = "throttle"
        with self._lock:
            self.struck[kind] += 1
        if kind == "lost":
            self._client._endpoint.http_session.send(request)
            raise ReadTimeoutError(endpoint_url=request.url)
        code = {"throttle": "ThrottlingException", "conflict": "TransactionConflictException"}[kind]
        headers: Any = HeadersDict()
        return AWSResponse(request.url, 400, headers, MockRawResponse(f'{{"__type":"x#{code}"}}'.encode()))

    def clear(self) -> None:
        """The weather is good again."""
        self._client.meta.events.unregister("before-send.dynamodb", self._before)
