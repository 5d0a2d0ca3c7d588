from typing import Any

import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse

from seba.domain.errors import Conflict, NotNow, Unusable
from seba.storage.packing import pack, unpack
from seba.storage.tables import KeyItem, Table
from tests import invariant
from tests.tables import Tables


@pytest.fixture
def aws(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let AWS answer with an error, or not at all, to every try."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    # Nothing can be looked at through this connection.
    invariant.forget()

    def answer(status: int, code: str = "", error: Exception | None = None, reasons: str = "null") -> None:
        def instead(request: Any, **_: Any) -> Any:
            if error is not None:
                raise error
            body = f'{{"__type":"com.amazonaws#{code}","Message":"told to","CancellationReasons":{reasons}}}'
            headers: Any = HeadersDict()
            return AWSResponse(request.url, status, headers, MockRawResponse(body.encode()))

        tables.connection.client.meta.events.register_first("before-send.dynamodb", instead)

    return answer


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (400, "ConditionalCheckFailedException", Conflict),
        (400, "TransactionConflictException", Conflict),
        (400, "ProvisionedThroughputExceededException", NotNow),
        (400, "ThrottlingException", NotNow),
        (400, "RequestLimitExceeded", NotNow),
        (500, "InternalServerError", NotNow),
        (503, "SomethingNew", NotNow),
        (400, "ResourceNotFoundException", Unusable),
        (400, "AccessDeniedException", Unusable),
        (400, "ValidationException", Unusable),
    ],
)
def test_an_answer_of_aws_becomes_one_of_ours(
    tables: Tables, aws: Any, status: int, code: str, raised: type[Exception]
) -> None:
    aws(status, code)
    calls: list[Any] = [
        lambda: tables.sessions.get("a", "b"),
        lambda: tables.sessions.query("a"),
        lambda: tables.sessions.put(KeyItem("a", "b")),
        lambda: tables.sessions.delete("a", "b"),
        lambda: list(tables.sessions.scan()),
        lambda: tables.sessions.get_many([("a", "b")]),
    ]
    for call in calls:
        with pytest.raises(raised):
            call()


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url="x"),
        ReadTimeoutError(endpoint_url="x"),
        EndpointConnectionError(endpoint_url="x"),
    ],
)
def test_no_answer_is_not_now(tables: Tables, aws: Any, error: Exception) -> None:
    aws(0, error=error)
    with pytest.raises(NotNow):
        tables.sessions.get("a", "b")


@pytest.mark.parametrize(
    ("reasons", "raised"),
    [
        ('[{"Code":"None"},{"Code":"ConditionalCheckFailed"}]', Conflict),
        ('[{"Code":"TransactionConflict"},{"Code":"None"}]', Conflict),
        ('[{"Code":"ThrottlingError"},{"Code":"None"}]', NotNow),
        ('[{"Code":"ProvisionedThroughputExceeded"}]', NotNow),
        ('[{"Code":"ValidationError"}]', Unusable),
    ],
)
def test_the_reasons_of_a_cancelled_transaction_decide(
    tables: Tables, aws: Any, reasons: str, raised: type[Exception]
) -> None:
    aws(400, "TransactionCanceledException", reasons=reasons)
    table: Table = tables.sessions
    with pytest.raises(raised):
        table.write_all([table.putting(KeyItem("a", "b")), table.deleting("c", "d")])


def test_a_list_of_ten_places_packs_to_less_than_half() -> None:
    rows = ",".join(f'"q~choose_place~12~C{n:03d}","centre_row:C{n:03d}:{900 + n}:7M4QK{n % 10}:12"' for n in range(10))
    text = '{"k":"choose_place","p":{"pin":"text:700019"},"r":[' + rows + '],"l":"show_centres"}'
    packed = pack(text)
    assert unpack(packed) == text
    assert len(packed) < len(text) / 2


@pytest.mark.parametrize("packed", [b"", b"\x00abc", b"\x01\xff\xff", b"\xff"])
def test_what_cannot_be_unpacked_is_unusable(packed: bytes) -> None:
    with pytest.raises(Unusable):
        unpack(packed)
