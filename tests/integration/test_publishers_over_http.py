"""What publishers send over HTTP and what everybody may read of a draw: the real handler, on moto."""

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from moto import mock_aws

from seba import wiring
from seba.conversation.records import Publisher
from seba.domain.calendar import KOLKATA
from seba.domain.draws import Draw, commitment
from seba.domain.published_draws import header_key, lots_key
from seba.domain.sessions import Life, Session
from seba.services.admit_publisher import key_hash
from staff import app as staff
from tests.fakes.town import Town
from tests.published_files import FIRST, LATER, areas_file, other_centre, sessions_file

KEY = "a-key-of-more-than-twenty-letters"
BEARER = f"Bearer apollo.{KEY}"
TOMORROW = date(2026, 11, 23)
SEED = "5eed" * 16


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    # moto is not made for several threads.
    monkeypatch.setattr(staff, "AT_ONCE", 1)
    with mock_aws():
        made = Town(monkeypatch)
        timetable = wiring.house().timetable
        timetable.save_publisher(Publisher("apollo", "A private hospital", private=True, key_hash=key_hash(KEY)))
        timetable.save_publisher(Publisher("state", "The state", private=False))
        yield made


class Answer:
    """What came back."""

    def __init__(self, response: Mapping[str, Any]) -> None:
        self.status: int = response["statusCode"]
        self.headers = {name.lower(): value for name, value in (response.get("headers") or {}).items()}
        self.headers |= {name.lower(): values[0] for name, values in (response.get("multiValueHeaders") or {}).items()}
        self.body: dict[str, Any] = json.loads(response["body"])

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def columns(self) -> list[tuple[int, str]]:
        return [(fault["line"], fault["column"]) for fault in self["faults"]]


def ask(
    town: Town,
    method: str,
    path: str,
    body: bytes | dict[str, Any] | None = None,
    *,
    authorization: str | None = BEARER,
    query: Mapping[str, str] | None = None,
) -> Answer:
    """A request as the HTTP API hands it over; what is no text comes in base64."""
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "headers": {} if authorization is None else {"authorization": authorization},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default", "requestId": "r"},
        "queryStringParameters": dict(query or {}),
        "isBase64Encoded": content is not None,
    }
    if content is not None:
        event["body"] = base64.b64encode(content).decode()
    return Answer(town.invoke("staff", event))


def publish(town: Town, *rows: Mapping[str, str], dry_run: str = "") -> Answer:
    return ask(town, "POST", "/publisher/sessions", sessions_file(*rows), query={"dry_run": dry_run})


def sessions(day: date = TOMORROW) -> list[Session]:
    return list(wiring.house().timetable.sessions(day))


# ------------------------------------------------------------------------------------------------- who may


REFUSED = {
    "no header": None,
    "an empty header": "",
    "another scheme": "Basic YXBvbGxvOmtleQ==",
    "no key": "Bearer apollo",
    "an empty key": "Bearer apollo.",
    "a wrong key": f"Bearer apollo.{KEY}x",
    "an unknown publisher": f"Bearer nobody.{KEY}",
    "the operator, who has no key": f"Bearer .{KEY}",
    "a publisher without a key": f"Bearer state.{KEY}",
    "a hash for a key": f"Bearer apollo.{key_hash(KEY)}",
}


def test_without_a_key_in_force_one_learns_nothing(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    before = town.dump()
    for what, authorization in REFUSED.items():
        answers = [
            ask(town, "POST", "/publisher/sessions", b"no file", authorization=authorization),
            ask(town, "POST", "/publisher/move", b"no json", authorization=authorization),
            ask(town, "GET", "/publisher/days", authorization=authorization),
        ]
        for answer in answers:
            assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer"), what
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.body == ask(town, "GET", "/publisher/days", authorization=None).body, what
    assert town.dump() == before
    assert '"KeysRefused":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_the_key_itself_is_written_nowhere(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    publish(town, FIRST)
    ask(town, "POST", "/publisher/pause", {"centre": "ward-68"}, authorization=f"Bearer apollo.{KEY}x")
    assert KEY not in str(town.dump())
    assert KEY not in str([vars(record) for record in caplog.records])


# ------------------------------------------------------------------------------------------------- files


def test_a_file_is_published_under_the_publishers_name(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    answer = publish(town, FIRST | {"fee": "780"})
    assert (answer.status, answer["added"], answer["held_up"]) == (200, 1, [])
    (made,) = sessions()
    assert (made.centre, made.fee, made.life) == ("ward-68", 78_000, Life.OPEN)
    assert wiring.house().timetable.centres()["ward-68"].publisher == "apollo"
    (note,) = [vars(record) for record in caplog.records if record.msg == "published"]
    assert (note["publisher"], note["added"], note["faults"]) == ("apollo", 1, 0)


def test_the_same_file_again_writes_nothing(town: Town) -> None:
    publish(town, FIRST)
    before = town.dump()
    answer = publish(town, FIRST)
    assert (answer.status, answer["added"], answer["unchanged"]) == (200, 0, 1)
    assert town.dump() == before


def test_a_dry_run_says_what_would_be_and_writes_nothing(town: Town) -> None:
    before = town.dump()
    for flag in ("1", "yes", "TRUE"):
        answer = publish(town, FIRST, dry_run=flag)
        assert (answer.status, answer["dry_run"], answer["added"]) == (200, True, 1)
    assert town.dump() == before


def test_a_flag_that_is_neither_yes_nor_no_is_refused_and_nothing_is_written(town: Town) -> None:
    before = town.dump()
    answer = publish(town, FIRST, dry_run="perhaps")
    assert (answer.status, answer.columns) == (400, [(1, "dry_run")])
    assert town.dump() == before


def test_faults_come_by_line_and_column_and_hold_up_their_centre_only(town: Town) -> None:
    answer = publish(town, FIRST, LATER | {"vaccine": "covaxin", "fee": "-5"}, other_centre(70))
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (3, "fee") in answer.columns
    assert all(fault["problem"] and fault["remedy"] for fault in answer["faults"])
    assert answer["done"]["held_up"] == ["ward-68"]
    assert {each.centre for each in sessions()} == {"ward-70"}


def test_a_centre_of_somebody_else_is_refused(town: Town) -> None:
    (theirs,) = {each.centre for each in sessions(date(2026, 11, 24))}
    before = wiring.house().timetable.centres()[theirs]
    answer = ask(town, "POST", "/publisher/pause", {"centre": theirs})
    assert answer.status == 409
    assert theirs in answer["detail"]
    assert wiring.house().timetable.centres()[theirs] == before
    assert not [each for each in sessions(date(2026, 11, 24)) if each.paused]


def test_areas_are_the_operators(town: Town) -> None:
    answer = ask(town, "POST", "/publisher/sessions", areas_file())
    assert answer.status == 422
    assert "operator" in answer["faults"][0]["problem"]


def test_a_body_beyond_two_megabytes_is_not_read(town: Town) -> None:
    answer = ask(town, "POST", "/publisher/sessions", b"x" * (staff.LARGEST_BODY + 1))
    assert answer.status == 413


def test_what_is_no_file_of_sessions_is_told_so(town: Town) -> None:
    for content in (b"", b"\xff\xfe\x00", b"a,b\n1,2\n"):
        answer = ask(town, "POST", "/publisher/sessions", content)
        assert answer.status == 422
        assert answer["faults"]


def test_a_file_that_takes_too_long_goes_on_when_it_is_sent_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    days = FIRST | {"date": "today+1..today+6"}
    left = [20_000, 3_000]
    with monkeypatch.context() as hurry:
        hurry.setattr("tests.fakes.town.Context.get_remaining_time_in_millis", lambda _: left.pop(0) if left else 3_000)
        answer = publish(town, days)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "2 of 6" in answer["detail"]
    assert sessions() == [], "what is not complete is not offered"

    assert publish(town, days)["added"] == 6
    assert len(sessions()) == 1


# ------------------------------------------------------------------------------------------------- changes


def test_a_session_is_moved(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    publish(town, FIRST)
    order = {"centre": "ward-68", "day": "2026-11-23", "vaccine": "covishield", "to_day": "2026-11-25"}
    answer = ask(town, "POST", "/publisher/move", order)
    assert answer.status == 200
    (moved,) = answer["sessions"]
    assert (moved["centre"], moved["day"], moved["vaccine"]) == ("ward-68", "2026-11-25", "covishield")
    assert sessions() == []
    assert [each.id for each in sessions(date(2026, 11, 25))] == [moved["session"]]
    (note,) = [vars(record) for record in caplog.records if record.msg == "changed by a publisher"]
    assert (note["publisher"], note["order"], note["centre"], note["people"]) == ("apollo", "move", "ward-68", 0)


def test_one_of_two_sessions_is_chosen_by_dose_or_id(town: Town) -> None:
    publish(town, FIRST, LATER | {"dose": "1"})
    order = {"centre": "ward-68", "day": "2026-11-23", "vaccine": "covishield"}
    answer = ask(town, "POST", "/publisher/cancel", order)
    assert answer.status == 409
    assert "add the dose, or the id as the session" in answer["detail"]
    assert ask(town, "POST", "/publisher/cancel", order | {"dose": "9"}).columns == [(1, "dose")]
    by_doses = {each.doses: each.id for each in sessions()}
    answer = ask(town, "POST", "/publisher/move", order | {"to_day": "2026-11-25", "dose": "1"})
    assert [each["session"] for each in answer["sessions"]] == [by_doses[1,]]
    answer = ask(town, "POST", "/publisher/cancel", order | {"session": by_doses[2,]})
    assert [each["session"] for each in answer["sessions"]] == [by_doses[2,]]


def test_a_day_is_cancelled(town: Town) -> None:
    publish(town, FIRST)
    answer = ask(town, "POST", "/publisher/cancel", {"centre": "ward-68", "day": "2026-11-23", "vaccine": None})
    assert (answer.status, answer["people"]) == (200, 0)
    assert [each.life for each in sessions()] == [Life.CANCELLED]


def test_a_centre_is_paused_and_goes_on(town: Town) -> None:
    publish(town, FIRST)
    assert ask(town, "POST", "/publisher/pause", {"centre": "ward-68"}).status == 200
    assert [each.paused for each in sessions()] == [True]
    assert ask(town, "POST", "/publisher/pause", {"centre": "ward-68", "day": "2026-11-23"})["unchanged"] == 1
    assert ask(town, "POST", "/publisher/resume", {"centre": "ward-68", "day": "2026-11-23"}).status == 200
    assert [each.paused for each in sessions()] == [False]


UNREADABLE = {
    b"{": [(1, "")],
    b"[]": [(1, "")],
    b"[" * 100_000: [(1, "")],
    b"{}": [(1, "centre"), (1, "day")],
    b'{"centre": 68, "day": ""}': [(1, "centre"), (1, "day")],
    b'{"centre": "ward-68", "day": "2026-11-23", "days": "x"}': [(1, "days")],
    b'{"centre": "ward-68", "day": "23/11/2026"}': [(1, "day")],
    b'{"centre": "ward-68", "day": "2026-W48-1"}': [(1, "day")],
    b'{"centre": "ward-68", "day": "2026-02-30"}': [(1, "day")],
}


def test_an_order_that_cannot_be_read_is_told_by_field(town: Town) -> None:
    for body, columns in UNREADABLE.items():
        answer = ask(town, "POST", "/publisher/cancel", body)
        assert (answer.status, answer.columns) == (400, columns), body[:60]


def test_what_cannot_be_done_says_what_to_do(town: Town) -> None:
    answer = ask(town, "POST", "/publisher/cancel", {"centre": "nowhere", "day": "2026-11-23"})
    assert (answer.status, answer["title"]) == (409, "Conflict")
    assert "nowhere" in answer["detail"]


# ------------------------------------------------------------------------------------------------- days


def test_a_publisher_sees_the_days_of_its_own_centres(town: Town) -> None:
    publish(town, FIRST | {"walk_in": "10"})
    answer = ask(town, "GET", "/publisher/days", query={"from": "2026-11-23", "to": "2026-11-24"})
    assert answer.status == 200
    (day,) = answer["days"]
    assert (day["day"], day["centre"]) == ("2026-11-23", "ward-68")
    assert (day["capacity"], day["walk_in"], day["free"], day["booked"]) == (60, 6, 54, 0)


def test_days_in_the_wrong_order_are_a_fault_of_the_question(town: Town) -> None:
    answer = ask(town, "GET", "/publisher/days", query={"from": "2026-11-24", "to": "2026-11-23"})
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.columns == [(1, "to")]
    assert answer["faults"][0]["problem"] == "2026-11-23 is before 2026-11-24"


def test_both_days_are_needed(town: Town) -> None:
    queries: list[dict[str, str]] = [{}, {"from": "2026-11-23"}, {"from": "x", "to": "2026-11-24"}]
    assert [ask(town, "GET", "/publisher/days", query=each).status for each in queries] == [400, 400, 400]


# ------------------------------------------------------------------------------------------------- draws


def announce(now: datetime) -> Draw:
    draw = Draw("ward-68-a", now, now + timedelta(minutes=15), commitment(bytes.fromhex(SEED)))
    wiring.house().draws.announce(draw, SEED)
    return draw


def test_everybody_sees_what_was_announced_and_nobody_the_seed(town: Town) -> None:
    draw = announce(datetime(2026, 11, 24, 10, 0, tzinfo=KOLKATA))
    answer = ask(town, "GET", "/draws", authorization=None)
    assert answer.body == {
        "draws": [
            {
                "id": "ward-68-a",
                "opens": "2026-11-24T10:00:00+05:30",
                "closes": "2026-11-24T10:15:00+05:30",
                "commitment": draw.commitment,
                "drawn": False,
            }
        ]
    }
    assert ask(town, "GET", "/draws/ward-68-a", authorization=None).body == answer["draws"][0]


def test_after_the_draw_everybody_can_fetch_what_it_takes_to_draw_again(town: Town) -> None:
    draw = announce(datetime(2026, 11, 24, 10, 0, tzinfo=KOLKATA))
    wiring.house().draws.reveal(draw.id, SEED)
    answer = ask(town, "GET", "/draws/ward-68-a", authorization=None)
    assert (answer["drawn"], answer["seed"]) == (True, SEED)
    links = answer["published"]
    assert links["links_last_seconds"] == staff.LINK_SECONDS
    for name, key in (("header", header_key(draw.id)), ("lots", lots_key(draw.id))):
        link = urlsplit(links[name])
        assert link.path.endswith(f"/{key}")
        assert parse_qs(link.query)["X-Amz-Expires"] == [str(staff.LINK_SECONDS)]


def test_a_draw_that_is_none_is_not_found(town: Town) -> None:
    answer = ask(town, "GET", "/draws/nothing", authorization=None)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
