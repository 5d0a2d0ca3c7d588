"""Rosters, people, checks, the breaker and dead letters, as the office sees them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from seba.conversation import codec
from seba.conversation.records import Effect, effect_id
from seba.conversation.say import Ask, Keep, Request, Say
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import at_the_desk
from seba.domain.identity_cards import CardType
from seba.domain.ids import short_hash, spoken_reference
from seba.domain.people import Person, Who
from seba.domain.roster import Claim
from seba.services import deferred
from seba.whatsapp.inbound import Message, Sender, Text
from tests.integration.ops.conftest import Desk, WriteFile
from tests.published_files import FIRST, areas_file, desks_file, other_centre, sessions_file
from tests.tables import KEYS

PHONE = "919830012345"
CARD_NUMBER = "234567890124"


@pytest.fixture
def published(desk: Desk, file: WriteFile) -> Desk:
    files = file("a.csv", areas_file()), file("s.csv", sessions_file(FIRST, other_centre(8)))
    assert desk.run("publish", *files).exit_code == 0
    return desk


@pytest.fixture
def house(desk: Desk) -> Any:
    return desk.house


@pytest.fixture
def booked(published: Desk, house: Any) -> str:
    """Rina Das has a place in the first slot of tomorrow; her booking id."""
    day = at_the_desk(datetime.now(UTC)).date() + timedelta(days=1)
    session = next(each for each in house.timetable.sessions(day) if each.centre == "ward-68")
    slot = session.slots[0].id
    booking = KEYS.booking(slot, "request")
    rina = Person(
        "1", "Rina Das", "covishield", date(2026, 8, 1), True, CardType.AADHAAR, KEYS.card("aadhaar", CARD_NUMBER),
        CARD_NUMBER[-4:], "photo",
    )  # fmt: skip
    citizen = house.citizens.meet(Who(PHONE, None, "100000000000001"))
    cause = short_hash("wamid.confirms")
    talk = citizen.talk.with_(
        language="bn",
        appointments=(Appointment("1", 2, booking, day, "2021-09-01"),),
        stopped=True,
    )
    house.citizens.commit(citizen, talk, cause, (), keep=Keep(rina))
    house.rosters.claim(slot, [Claim(f"{citizen.id}1", booking)])
    confirmation = effect_id(citizen.id, cause.hex(), 0)
    now = datetime.now(UTC)
    house.ledger.begin(confirmation, "confirmation", now)
    house.ledger.end(confirmation, "delivered", {"sending"}, now, wamid="wamid.1")
    reminder = effect_id(citizen.id, f"remind{booking}", 0)
    house.ledger.begin(reminder, "appointment_reminder", now)
    house.ledger.end(reminder, "failed", {"sending"}, now, code=131026, reason="undeliverable")
    return booking


# ---- desks ---------------------------------------------------------------------------------------------------------


def test_a_number_that_never_wrote_becomes_a_desk(published: Desk) -> None:
    result = published.run("desk", "add", "ward-68", "98300 12345", "--language", "hi")
    assert (result.exit_code, result.stdout) == (0, "…2345 is now a desk of ward-68 (hi).\n")
    citizen = published.house.citizens.find(PHONE, None)
    assert (citizen.who.desk_of, citizen.talk.language) == ("ward-68", "hi")
    assert published.house.timetable.desks("ward-68") == (citizen.id,)


def test_registering_it_again_writes_nothing(published: Desk) -> None:
    published.run("desk", "add", "ward-68", PHONE)
    result = published.run("desk", "add", "ward-68", PHONE)
    assert result.stdout == "…2345 was a desk of ward-68 (bn).\n"
    assert published.writes == 0


def test_a_number_is_the_desk_of_one_centre(published: Desk) -> None:
    published.run("desk", "add", "ward-68", PHONE)
    assert "no longer of ward-68" in published.run("desk", "add", "ward-8", PHONE).stdout
    assert published.house.timetable.desks("ward-68") == ()
    assert len(published.house.timetable.desks("ward-8")) == 1


def test_a_citizen_who_becomes_a_desk_keeps_bookings_and_begins_anew(published: Desk, booked: str) -> None:
    result = published.run("desk", "add", "ward-68", PHONE)
    assert "has said STOP" in result.stdout
    citizen = published.house.citizens.find(PHONE, None)
    assert citizen.talk.appointment(booked) is not None
    assert (citizen.talk.step, citizen.talk.language, citizen.talk.desk_of) == ("", "bn", "ward-68")


def test_a_removed_desk_is_a_citizen_again(published: Desk) -> None:
    published.run("desk", "add", "ward-68", PHONE)
    assert published.run("desk", "remove", "ward-68", PHONE).exit_code == 0
    assert published.house.citizens.find(PHONE, None).who.desk_of is None
    assert published.house.timetable.desks("ward-68") == ()
    again = published.run("desk", "remove", "ward-68", PHONE)
    assert (again.exit_code, again.stderr) == (1, "Error: that number is no desk of ward-68\n")


def test_desks_come_from_a_file_and_its_faults_hold_up_nobody_else(published: Desk, file: WriteFile) -> None:
    path = file(
        "d.csv", desks_file({"centre": "ward-68", "phone": PHONE}, {"centre": "ward-99", "phone": "9830012346"})
    )
    result = published.run("desk", "add", "--file", path)
    assert result.exit_code == 1
    assert result.stderr == f"{path}:3:centre: there is no centre ward-99 (publish it first, or mend the name)\n"
    assert len(published.house.timetable.desks("ward-68")) == 1


def test_the_list_of_desks_shows_four_digits_and_who_has_none(published: Desk) -> None:
    published.run("desk", "add", "ward-68", PHONE)
    result = published.run("desk", "list")
    assert "…2345" in result.stdout
    assert "983001" not in result.stdout
    assert "Without a desk, so nobody gets their lists: ward-8." in result.stdout
    (one,) = json.loads(published.run("desk", "list", "ward-68", "--json").stdout)
    assert one == {"centre": "ward-68", "phone": "…2345", "language": "bn", "stopped": False}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("ward-99", PHONE), 1, "there is no centre ward-99; there are ward-68, ward-8"),
        (("ward-68", "12"), 2, "that is no phone number"),
        (("ward-68",), 2, "give a centre and a phone number, or --file"),
        ((), 2, "give a centre and a phone number, or --file"),
    ],
)
def test_a_wrong_desk_is_told_in_one_line(published: Desk, words: tuple[str, ...], code: int, says: str) -> None:
    result = published.run("desk", "add", *words)
    assert result.exit_code == code
    assert says in result.stderr


# ---- rosters and people --------------------------------------------------------------------------------------------


def test_the_roster_shows_what_stands_on_the_list_and_no_more(published: Desk, booked: str) -> None:
    result = published.run("roster", "ward-68", "tomorrow")
    assert result.exit_code == 0
    for shown in ("09:00-11:00", spoken_reference(booked), "Rina Das", "…0124", "cannot be told", "booked", "1 of 40"):
        assert shown in result.stdout
    for kept in (PHONE, PHONE[2:], CARD_NUMBER):
        assert kept not in result.stdout


def test_the_roster_as_json(published: Desk, booked: str) -> None:
    roster = json.loads(published.run("roster", "ward-68", "tomorrow", "--json").stdout)
    assert roster["people"] == 1
    (person,) = roster["slots"][0]["booked"]
    assert person == {
        "reference": spoken_reference(booked), "name": "Rina Das", "card": "aadhaar", "last4": "0124",
        "standing": "booked", "cannot_be_told": True,
    }  # fmt: skip


def test_the_roster_as_the_desk_gets_it(published: Desk, booked: str, tmp_path: Path) -> None:
    out = tmp_path / "list.pdf"
    assert published.run("roster", "ward-68", "tomorrow", "--pdf", str(out), "--language", "bn").exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("ward-99", "today"), 1, "there is no centre ward-99"),
        (("ward-68", "2027-01-01"), 1, "ward-68 has no session on 2027-01-01"),
        (("ward-68", "someday"), 2, "'someday' is no day"),
    ],
)
def test_a_roster_that_is_not_there(published: Desk, words: tuple[str, str], code: int, says: str) -> None:
    result = published.run("roster", *words)
    assert result.exit_code == code
    assert says in result.stderr


@pytest.mark.parametrize("asked", ["+91 98300 12345", "rina", "{reference}"])
def test_somebody_is_found_by_phone_name_and_reference(published: Desk, booked: str, asked: str) -> None:
    result = published.run("find", *asked.format(reference=spoken_reference(booked)).split())
    assert result.exit_code == 0, result.output
    for shown in ("Rina Das", "…0124", spoken_reference(booked), "ward-68", "09:00-11:00", "said STOP"):
        assert shown in result.stdout
    assert "confirmation" in result.stdout
    assert "delivered" in result.stdout
    assert "131026 undeliverable" in result.stdout
    for kept in (PHONE, PHONE[2:], CARD_NUMBER):
        assert kept not in result.stdout


def test_somebody_is_found_by_the_id_that_logs_show(published: Desk, booked: str) -> None:
    citizen = published.house.citizens.find(PHONE, None)
    assert "Rina Das" in published.run("find", citizen.id).stdout


def test_somebody_found_as_json(published: Desk, booked: str) -> None:
    (found,) = json.loads(published.run("find", "Rina", "--json").stdout)
    assert found["appointments"][0]["reference"] == spoken_reference(booked)
    assert [each["state"] for each in found["messages"]] == ["delivered", "failed"]


@pytest.mark.parametrize("asked", ["9999999999", "Nobody", "7M4QK2-X9TA"])
def test_nobody_is_found(published: Desk, booked: str, asked: str) -> None:
    result = published.run("find", asked)
    assert (result.exit_code, result.stderr) == (1, f"Error: nobody is known under “{asked}”\n")


def test_erasing_asks_first_and_cancels_the_bookings_behind_the_slots_own_queue(published: Desk, booked: str) -> None:
    assert published.run("erase", PHONE, answers="n\n").exit_code == 1
    assert published.run("find", PHONE).exit_code == 0
    result = published.run("erase", spoken_reference(booked), answers="y\n")
    assert "Erased: 1 person and 1 booking." in result.stdout
    citizen = published.house.citizens.find(PHONE, None)
    assert (citizen.talk.people, citizen.talk.appointments, citizen.talk.stopped) == ({}, (), True)
    queue = published.deployment.settings.requests_queue
    (message,) = published.deployment.sqs.receive_message(QueueUrl=queue)["Messages"]
    act = codec.read_effect(message["Body"]).act
    assert isinstance(act, Request)
    assert (act.ask, act.booking) == (Ask.RELEASE, booked)
    assert published.run("erase", PHONE).stdout == "Nothing is kept about them.\n"


def test_a_desk_is_not_erased(published: Desk, booked: str) -> None:
    published.run("desk", "add", "ward-68", PHONE)
    result = published.run("erase", PHONE, "--yes")
    assert (result.exit_code, "seba desk remove" in result.stderr) == (1, True)
    assert published.house.citizens.find(PHONE, None).talk.people


# ---- whether all is well -------------------------------------------------------------------------------------------


def test_verify_says_that_everything_agrees(published: Desk, booked: str) -> None:
    result = published.run("verify", "--slots")
    assert "4 slots with 120 places, 1 taken; 1 citizen." in result.stdout
    assert "Everything agrees." in result.stdout
    assert result.exit_code == 0


def test_verify_finds_a_booking_that_no_roster_has(published: Desk, booked: str) -> None:
    member = published.house.rosters.find(booked)
    published.house.rosters.release(booked[:6], member.person, booked)
    result = published.run("verify")
    assert result.exit_code == 1
    assert "not_in_roster" in result.stdout
    assert booked in result.stdout
    assert "phone the person" in result.stdout
    assert json.loads(published.run("verify", "--json").stdout)["findings"][0]["kind"] == "not_in_roster"


def test_the_breaker_is_seen_and_cleared(desk: Desk) -> None:
    assert desk.run("sending", "status").stdout == "Sending goes on.\n"
    desk.house.breaker.stop(190, datetime(2026, 11, 22, 4, 30, tzinfo=UTC))
    stopped = desk.run("sending", "status")
    assert stopped.exit_code == 1
    assert "since 22 Nov 2026 10:00: Meta said 190" in stopped.stdout
    assert "seba secrets set" in stopped.stdout
    assert desk.run("sending", "resume").stdout == "Sending goes on; it had stopped with 190.\n"
    assert desk.house.breaker.stopped() is None
    assert desk.run("sending", "resume").stdout == "Sending goes on already.\n"


# ---- dead letters --------------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEARD = Message(
    id="wamid.1",
    at=NOW,
    sender=Sender(phone=PHONE),
    profile_name="Rina Das",
    phone_number_id="100000000000001",
    content=Text("my card is 2345"),
)


def effect(number: int, act: Say | Request) -> str:
    return codec.write_effect(Effect(effect_id("k3Jd02mQx", "00aa", number), act), NOW)


@pytest.fixture
def parked(desk: Desk) -> Desk:
    house = desk.house
    house.overflow.park("k3Jd02mQx", "one", deferred.write(HEARD), "ValueError at somewhere.py:7")
    house.requests.park("7M4QK2", "two", effect(0, Request(Ask.BOOK, "7M4QK2")), "KeyError at rosters.py:1")
    house.requests.park("7M4QK2", "three", effect(1, Request(Ask.RESIZE, "7M4QK2", capacity=3)), "KeyError")
    house.requests.park("7M4QK2", "four", "not even JSON", "Unusable")
    return desk


def test_what_is_parked_is_shown_with_its_cause_and_without_what_people_wrote(parked: Desk) -> None:
    result = parked.run("dlq", "show")
    assert result.exit_code == 1
    for shown in ("message: text", "ValueError at somewhere.py:7", "asks to book 7M4QK2", "cannot be read", "4 parked"):
        assert shown in result.stdout
    for kept in (PHONE, "Rina", "my card"):
        assert kept not in result.stdout


def test_looking_takes_nothing_away(parked: Desk) -> None:
    first = json.loads(parked.run("dlq", "show", "requests", "--json").stdout)
    assert [each["cause"] for each in first] == ["KeyError at rosters.py:1", "KeyError", "Unusable"]
    assert json.loads(parked.run("dlq", "show", "requests", "--json").stdout) == first


def test_of_many_the_first_are_shown_and_that_there_are_more(parked: Desk) -> None:
    assert "2 parked (the first of about 3)" in parked.run("dlq", "show", "requests", "--most", "2").stdout


def test_a_message_that_crashed_the_function_says_where_to_look(desk: Desk) -> None:
    url = desk.deployment.settings.replies_dlq
    boto3.client("sqs").send_message(
        QueueUrl=url, MessageBody=effect(0, Say("help")), MessageGroupId="k3Jd02mQx", MessageDeduplicationId="one"
    )
    result = desk.run("dlq", "show", "replies")
    assert "says help" in result.stdout
    assert "see its log" in result.stdout


def test_what_is_parked_goes_back_in_its_order(parked: Desk) -> None:
    result = parked.run("dlq", "redrive", "requests", answers="y\n")
    assert result.stdout.endswith("3 messages sent back to requests.\n")
    settings = parked.deployment.settings
    answer = parked.deployment.sqs.receive_message(
        QueueUrl=settings.requests_queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    assert [message["Body"] for message in answer["Messages"]][2] == "not even JSON"
    assert {message["Attributes"]["MessageGroupId"] for message in answer["Messages"]} == {"7M4QK2"}
    assert parked.run("dlq", "show", "requests").stdout == "Nothing is parked.\n"
    assert parked.run("dlq", "redrive", "requests", "--yes").stdout == "0 messages sent back to requests.\n"


def test_nothing_goes_back_without_a_yes(parked: Desk) -> None:
    assert parked.run("dlq", "redrive", "requests", answers="n\n").exit_code == 1
    assert parked.run("dlq", "show", "requests").exit_code == 1


# ---- secrets, poster -----------------------------------------------------------------------------------------------


def secret(desk: Desk, arn: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(desk.deployment.secrets.get_secret_value(SecretId=arn)["SecretString"])
    return found


def test_secrets_are_asked_for_without_being_shown_and_enter_keeps_them(desk: Desk) -> None:
    app_secret = "0123456789abcdef0123456789abcdef"
    result = desk.run("secrets", "set", answers=f"{app_secret}\n\nEAAG \n")
    assert result.exit_code == 0, result.output
    assert app_secret not in result.output
    assert "EAAG" not in result.output
    assert "Stored: app_secret, access_token." in result.stdout
    settings = desk.deployment.settings
    assert secret(desk, settings.webhook_secret) == {"app_secret": app_secret, "verify_token": "made-by-the-stack"}
    assert secret(desk, settings.token_secret) == {"access_token": "EAAG"}
    assert "Nothing changed." in desk.run("secrets", "set", answers="\n\n\n").stdout


def test_an_app_secret_that_does_not_look_like_one_is_stored_and_doubted(desk: Desk) -> None:
    result = desk.run("secrets", "set", answers="swordfish\n\n\n")
    assert "please compare" in result.stderr.lower()
    assert secret(desk, desk.deployment.settings.webhook_secret)["app_secret"] == "swordfish"


def test_the_verify_token_is_printed_for_metas_form(desk: Desk) -> None:
    assert desk.run("secrets", "verify-token").stdout == "made-by-the-stack\n"


def test_the_poster_opens_this_desks_chat(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "poster.pdf"
    result = desk.run("poster", "--out", str(out))
    assert result.stdout == f"{out}: opens https://wa.me/919000000000?text=Hi\n"
    assert out.read_bytes().startswith(b"%PDF")


def test_standings_have_words_for_every_letter() -> None:
    from ops.roster import STANDINGS

    assert set(STANDINGS) == set(Standing)
