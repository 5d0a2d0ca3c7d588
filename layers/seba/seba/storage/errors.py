"""AWS's errors become Seba's here, and nowhere else.

| AWS                                                     | Seba     |
|---------------------------------------------------------|----------|
| a condition failed, or a transaction ran into another   | Conflict (Refusals for a transaction: which item refused) |
| throttled, timed out, no connection, 5xx                | NotNow   |
| no such bucket key                                      | NotFound |
| anything else (no permission, no table, a wrong request) | Unusable |
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from pynamodb.exceptions import PynamoDBException, TransactWriteError

from seba.domain.errors import Conflict, NotFound, NotNow, Unusable

CONDITION_FAILED: Final = "ConditionalCheckFailed"

_CONFLICTS: Final = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
_BUSY: Final = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_MISSING: Final = frozenset({"NoSuchKey", "404"})


class Refusals(Conflict):
    """A transaction was cancelled; ``reasons`` holds DynamoDB's code for each item in order, None for the innocent."""

    def __init__(self, reasons: tuple[str | None, ...]) -> None:
        super().__init__(f"a transaction was cancelled: {reasons}")
        self.reasons = reasons


@contextmanager
def as_domain_errors() -> Iterator[None]:
    """Raise Conflict, NotNow, NotFound or Unusable instead of what AWS, botocore and PynamoDB raise."""
    try:
        yield
    except TransactWriteError as error:
        raise _of_transaction(error) from error
    except PynamoDBException as error:
        raise _of(error.cause if error.cause is not None else error) from error
    except (BotoCoreError, ClientError) as error:
        raise _of(error) from error


def _of(cause: BaseException) -> Conflict | NotNow | NotFound | Unusable:
    if isinstance(cause, ClientError):
        code = str(cause.response.get("Error", {}).get("Code", ""))
        # PynamoDB repeats the error without its HTTP status; what it stands for hangs behind it.
        whole = cause.__cause__ if isinstance(cause.__cause__, ClientError) else cause
        status = whole.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _CONFLICTS:
            return Conflict(str(cause))
        if code in _BUSY or status >= 500:
            return NotNow(str(cause))
        if code in _MISSING:
            return NotFound(str(cause))
    elif isinstance(cause, (HTTPClientError, NoConnection)):
        return NotNow(str(cause))
    return Unusable(str(cause))


def _of_transaction(error: TransactWriteError) -> Conflict | NotNow | NotFound | Unusable:
    if error.cause_response_code != "TransactionCanceledException":
        return _of(error.cause if error.cause is not None else error)
    reasons = tuple(None if reason is None else reason.code for reason in error.cancellation_reasons)
    if CONDITION_FAILED in reasons or "TransactionConflict" in reasons:
        return Refusals(reasons)
    if any(reason in _BUSY for reason in reasons):
        return NotNow(f"a transaction was cancelled: {reasons}")
    return Unusable(f"a transaction was cancelled: {reasons}")
