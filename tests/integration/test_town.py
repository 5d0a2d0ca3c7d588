"""The errand through the real handlers, on moto, from the first word to the day after the visit."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from clock.app import JobsFailed
from seba import wiring
from seba.conversation.desk import Desk
from seba.conversation.engine import Turn, turn
from seba.conversation.heard import Heard, Said
from seba.conversation.talk import Talk
from seba.domain.calendar import KOLKATA
from seba.domain.sessions import Life
from seba.services.register_desk import DeskPorts, register_desk
from seba.whatsapp.client import SendRejected
from seba.whatsapp.limits import Disposition
from tests.fakes.town import REGION, Town, to_the_offer
from tests.webhook_events import FOLDER, PHONE_NUMBER_ID

RINA, AMAL, DESK = "919800000001", "919800000002", "919900000001"
HIDDEN = "IN.9054417732608215"
JPEG = b"\xff\xd8\xff\xe0 a photo of a card"
VISIT = date(2026, 11, 24)


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with mock_aws():
        yield Town(monkeypatch)


def at(hour: int, minute: int = 0, day: date = VISIT) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=KOLKATA)


def book(town: Town, phone: str = RINA, card: str = "ABC1234567") -> None:
    to_the_offer(town, phone, card)
    town.taps(phone, "Yes, book it")


def files(town: Town, bucket: str) -> list[str]:
    return [each["Key"] for each in town.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def ledger_states(town: Town) -> set[str]:
    return {item["state"]["S"] for item in town.dump()["Ledger"]}


def test_from_hi_to_the_confirmation(town: Town) -> None:
    book(town)
    last = town.sent_to(RINA)[-1]["interactive"]
    assert last["header"]["type"] == "image"
    assert "Booked!" in last["body"]["text"]
    assert len(town.members()) == 1
    assert len(town.sent_to(RINA)) == 10, "messages that Meta bills"
    assert ledger_states(town) == {"delivered"}
    assert town.verify().findings == ()


def test_somebody_without_a_phone_number_books_like_everybody(town: Town) -> None:
    book(town, HIDDEN)
    assert "Booked!" in town.last_text(HIDDEN)
    assert all("to" not in payload for payload in town.sent_to(HIDDEN))
    assert town.verify().findings == ()


def test_everything_that_meta_repeats_has_its_effect_once(town: Town) -> None:
    to_the_offer(town, RINA)
    town.taps(RINA, "Yes, book it", settle=False)
    for _ in range(3):
        town.post(town.last)
    town.settle()
    town.post(town.last)
    town.settle()
    assert len(town.sent_to(RINA)) == 10
    assert len(town.members()) == 1


def test_the_last_place_goes_to_one_and_the_other_is_shown_what_is_left(town: Town) -> None:
    for phone, card in ((RINA, "ABC1234567"), (AMAL, "ABC7654321"), ("919800000003", "XYZ1234567")):
        to_the_offer(town, phone, card)
    for phone in (RINA, AMAL, "919800000003"):
        town.taps(phone, "Yes, book it", settle=False)
    town.settle()
    assert "Booked!" in town.last_text(RINA)
    assert "Booked!" in town.last_text(AMAL)
    assert "is not booked yet" in town.last_text("919800000003")
    assert len(town.members()) == 2
    assert town.verify().findings == ()


def test_a_card_is_registered_for_one_person_only(town: Town) -> None:
    book(town)
    town.says("919800000003", "Hi")
    for step in ("English", "Yes, for me"):
        town.taps("919800000003", step)
    town.says("919800000003", "Somebody")
    town.taps("919800000003", "Covishield")
    town.says("919800000003", "16 April 2026")
    town.taps("919800000003", "No photo")
    town.says("919800000003", "ABC1234567")
    assert "already been given from another number" in town.last_text("919800000003")
    found = wiring.house().citizens.find("919800000003", None)
    assert found is not None
    assert found.talk.people == {}


def test_a_photo_is_fetched_and_kept_until_the_day_after_the_visit(town: Town) -> None:
    town.meta.media["m1"] = JPEG
    town.says(RINA, "Hi")
    for step in ("English", "Yes, for me"):
        town.taps(RINA, step)
    town.says(RINA, "Rina Das")
    town.taps(RINA, "Covishield")
    town.says(RINA, "16 April 2026")
    town.hear(RINA, type="image", image={"id": "m1", "mime_type": "image/jpeg", "caption": "ABC1234567"})
    town.says(RINA, "700019")
    town.taps(RINA, "Yes, book it")
    (key,) = files(town, "proofs")
    found = wiring.house().citizens.find(RINA, None)
    assert found is not None
    assert key == f"{found.id}/{found.talk.people['1'].proof}"
    assert found.outbox == {}
    town.minute(at(23, 59))
    assert files(town, "proofs") == [key]
    town.minute(at(0, 1, VISIT + timedelta(days=1)))
    assert files(town, "proofs") == []


def test_erasing_everything_frees_the_place_and_deletes_the_photo(town: Town) -> None:
    book(town)
    citizen = wiring.house().citizens.find(RINA, None)
    assert citizen is not None
    town.s3.put_object(Bucket="proofs", Key=f"{citizen.id}/p1", Body=JPEG)
    town.says(RINA, "erase")
    town.taps(RINA, "Yes, delete all")
    assert town.members() == []
    town.minute(town.time.now)
    assert files(town, "proofs") == []
    assert town.verify().findings == ()


def test_the_centres_side_from_the_evening_to_the_dose(town: Town) -> None:
    house = wiring.house()
    register_desk("C068", DESK, "en", DeskPorts(house.citizens, house.timetable, PHONE_NUMBER_ID))
    book(town)
    evening = VISIT - timedelta(days=1)

    town.minute(at(17, 0, evening))
    assert town.sent_to(RINA)[-1]["template"]["name"] == "appointment_reminder", "more than 24 hours later"

    town.minute(at(18, 0, evening))
    (key,) = files(town, "lists")
    assert town.s3.get_object(Bucket="lists", Key=key)["Body"].read().startswith(b"%PDF")
    day_list = town.sent_to(DESK)[-1]["template"]
    assert day_list["name"] == "day_list"
    assert town.meta.uploaded[-1][1] == "application/pdf"

    book(town, AMAL, "ABC7654321")
    town.minute(at(18, 31, evening))
    assert len(files(town, "lists")) == 2

    fresh = town.sent_to(DESK)[-1]["template"]
    acknowledged = []
    for minute, which in ((32, day_list), (33, fresh)):
        got = which["components"][-1]["parameters"][0]["payload"]
        town.hear(DESK, type="button", button={"payload": got, "text": "Got the list"})
        town.minute(at(18, minute, evening))
        (sent,) = house.lists.of_day(VISIT).values()
        acknowledged.append((sent.version, sent.acknowledged))
    assert acknowledged == [(2, 1), (2, 2)]

    town.time.now = at(9, 5)
    booking = next(member.booking for member in town.members() if member.person[-1] == "1")
    town.says(DESK, f"SEBA {booking}")
    assert "Rina Das" in town.last_text(DESK)
    town.taps(DESK, "Given")
    town.says(DESK, house.keys.secret_code(booking))
    assert "given" in town.last_text(DESK)
    assert {member.booking: member.standing for member in town.members()}[booking] == "g"
    assert town.verify().findings == ()

    town.minute(at(13, 0))
    closed = house.timetable.session(town.session.id)
    assert closed is not None
    assert closed.life is Life.CLOSED


def test_a_job_of_the_clock_that_fails_rings_and_the_others_are_done(town: Town) -> None:
    house = wiring.house()
    register_desk("C068", DESK, "en", DeskPorts(house.citizens, house.timetable, PHONE_NUMBER_ID))
    book(town)
    town.s3.delete_bucket(Bucket="lists")
    town.time.now = at(18, 0, VISIT - timedelta(days=1))
    with pytest.raises(JobsFailed, match="send_lists"):
        town.invoke("clock", {})
    town.settle()
    assert town.sent_to(RINA)[-1]["template"]["name"] == "appointment_reminder"


def test_a_stranger_who_scans_learns_nothing(town: Town) -> None:
    book(town)
    (member,) = town.members()
    town.says(AMAL, f"SEBA {member.booking}")
    assert "Rina" not in json.dumps(town.sent_to(AMAL))


def test_after_stop_there_is_one_word_and_then_silence(town: Town) -> None:
    book(town)
    town.says(RINA, "STOP")
    said = len(town.sent_to(RINA))
    town.minute(at(17, 0, VISIT - timedelta(days=1)))
    assert len(town.sent_to(RINA)) == said
    assert len(town.members()) == 1
    town.says(RINA, "my bookings")
    assert len(town.sent_to(RINA)) == said + 1


def poisoned(talk: Talk, heard: Heard, desk: Desk) -> Turn:
    if heard == Said("poison"):
        raise ZeroDivisionError("Rina Das, 919800000001")
    return turn(talk, heard, desk)


def test_a_message_that_makes_the_code_fail_is_parked_and_the_others_go_on(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wiring, "turn", poisoned)
    town.restart()
    town.says(RINA, "Hi")
    town.taps(RINA, "English")
    town.only_hear(RINA, type="text", text={"body": "poison"})
    town.says(AMAL, "Hi")
    assert "something went wrong" in town.last_text(RINA)
    assert len(town.sent_to(AMAL)) == 1
    got = town.sqs.receive_message(QueueUrl=town.urls["inbound-dlq"], MessageAttributeNames=["All"])["Messages"]
    assert len(got) == 1
    cause = got[0]["MessageAttributes"]["cause"]["StringValue"]
    assert cause.startswith("ZeroDivisionError at test_town.py:")
    assert town.waiting_in("inbound") == []
    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert cause in logged
    assert "919800000001" not in logged
    assert "Rina Das" not in logged
    town.taps(RINA, "Try again")
    assert "agree" in town.last_text(RINA)


def test_an_error_of_the_account_stops_the_lanes_until_the_operator_resumes(town: Town) -> None:
    town.meta.faults.plan("send", SendRejected(190, 401, None, Disposition.STOP_SENDER))
    town.only_hear(RINA, type="text", text={"body": "Hi"})
    with pytest.raises(AssertionError, match="never settles"):
        town.settle()
    assert town.sent_to(RINA) == []
    stopped = wiring.house().breaker.stopped()
    assert stopped is not None
    assert stopped.code == 190
    wiring.house().breaker.resume()
    town.settle()
    assert len(town.sent_to(RINA)) == 1


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_every_sample_event_is_understood(file: Any, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """The samples of ``events/`` through the handler that they are for."""
    event = json.loads(file.read_text())
    if file.name.startswith("webhook"):
        answer = town.invoke("webhook", event)
        assert answer["statusCode"] == 200
        # The batch has one part that nobody can read.
        assert ("Unreadable" in capsys.readouterr().out) == (file.stem == "webhook-batch")
    elif file.name.startswith(("clock", "draws")):
        assert town.invoke(file.stem.partition("-")[0], event) == {"failed": []}
    elif file.name.startswith("staff"):
        # There is neither that publisher's key here nor such a draw, and both are said.
        wanted = {"staff-sessions": 401, "staff-draw": 404}[file.stem]
        assert town.invoke("staff", event)["statusCode"] == wanted
    elif file.name.startswith("storefront"):
        # Nobody has come by a link, and the cookie is not ours: both are shown the way into the chat.
        answer = town.invoke("storefront", event)
        assert answer["statusCode"] == 403
        assert "https://wa.me/" in answer["body"]
    else:
        queue = event["Records"][0]["eventSourceARN"].rpartition("-")[2].removesuffix(".fifo")
        reader = {"requests": "booking", "proofs": "proofs", "inbound": "webhook"}.get(queue, "notifier")
        town.meta.media["990000000000001"] = JPEG
        assert town.invoke(reader, event) == {"batchItemFailures": []}


def test_the_region_is_the_same_everywhere(town: Town) -> None:
    assert wiring.house().settings.region == REGION
