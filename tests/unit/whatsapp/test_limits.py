"""What each of Meta's codes makes us do."""

import pytest

from seba.whatsapp.limits import Disposition, disposition

TABLE = {
    Disposition.BACK_OFF: [4, 80007, 130429, 131057, 133004],
    Disposition.BACK_OFF_RECIPIENT: [131056],
    Disposition.RETRY_RECONCILE: [1, 2, 131000, 131016],
    Disposition.STOP_SENDER: [
        *(0, 3, 10, 33, 190, 200, 250, 299, 368, 2500),
        *(130497, 131005, 131031, 131042, 131045, 131048, 131064, 133010),
    ],
    Disposition.GIVE_UP: [
        *(100, 130472, 131008, 131009, 131021, 131026, 131030, 131051, 131052, 131053, 131062),
        *(132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068),
    ],
    Disposition.SEND_AS_TEMPLATE: [131047],
    Disposition.NOT_TODAY: [131049],
    Disposition.OPTED_OUT: [131050],
}


@pytest.mark.parametrize(("code", "what"), [(code, what) for what, codes in TABLE.items() for code in codes])
@pytest.mark.parametrize("http_status", [None, 400, 500])
def test_a_known_code_decides_whatever_the_http_status(code: int, what: Disposition, http_status: int | None) -> None:
    assert disposition(code, http_status) is what


@pytest.mark.parametrize(
    ("http_status", "what"),
    [
        (None, Disposition.RETRY_RECONCILE),
        (500, Disposition.RETRY_RECONCILE),
        (503, Disposition.RETRY_RECONCILE),
        (408, Disposition.RETRY_RECONCILE),
        (429, Disposition.BACK_OFF),
        (401, Disposition.STOP_SENDER),
        (403, Disposition.STOP_SENDER),
        (404, Disposition.STOP_SENDER),
        (302, Disposition.STOP_SENDER),
        (400, Disposition.GIVE_UP),
    ],
)
def test_without_a_code_the_http_status_decides(http_status: int | None, what: Disposition) -> None:
    assert disposition(None, http_status) is what


def test_an_unknown_code_gives_up_one_message_and_never_stops_the_others() -> None:
    assert disposition(987654, 400) is Disposition.GIVE_UP
    assert disposition(987654, None) is Disposition.GIVE_UP


def test_an_unknown_code_with_a_server_error_is_tried_again() -> None:
    assert disposition(987654, 502) is Disposition.RETRY_RECONCILE


def test_every_disposition_is_reached_by_some_code() -> None:
    assert {disposition(code) for codes in TABLE.values() for code in codes} == set(Disposition)
