import dataclasses
from datetime import date, datetime
from typing import Any

import pytest

from seba.conversation.records import Citizen, Effect, effect_id
from seba.conversation.say import Ask, Forget, Keep, Later, Option, Request, Say, Typing
from seba.conversation.talk import Pending, Talk
from seba.domain.appointments import Appointment
from seba.domain.calendar import KOLKATA
from seba.domain.errors import CardTaken, Conflict, Unusable
from seba.domain.identity_cards import CardType
from seba.domain.ids import short_hash
from seba.domain.people import Person, Who
from seba.storage.citizens import StoredCitizens
from seba.storage.packing import unpack
from tests.tables import KEYS, Tables

Calls = list[tuple[str, dict[str, Any]]]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=KOLKATA)
MITA = Who(phone="919830000001", user_id="IN.MITA", phone_number_id="100000000000001", profile_name="Mita")
RAVI = Who(phone=None, user_id="IN.RAVI", phone_number_id="100000000000001")


@pytest.fixture
def citizens(tables: Tables) -> StoredCitizens:
    return StoredCitizens(tables.citizens, KEYS)


def said(citizen: Citizen, message: str, *acts: Any) -> tuple[bytes, list[Effect]]:
    cause = short_hash(message)
    return cause, [Effect(effect_id(citizen.id, cause.hex(), n), act) for n, act in enumerate(acts)]


def introduced(citizens: StoredCitizens, who: Who = MITA) -> Citizen:
    new = citizens.meet(who)
    cause, effects = said(new, "wamid.hi", Say("welcome"))
    return citizens.commit(new, new.talk.with_(step="language", heard_at=NOW), cause, effects)


def person(number: str = "1", seal: str = "seal-of-mita", name: str = "Mita Das") -> Person:
    return Person(number, name, "covishield", date(2026, 8, 20), True, CardType.AADHAAR, seal, "1234", None)


def test_a_first_meeting_is_stored_and_found_again_by_phone_and_by_user_id(citizens: StoredCitizens) -> None:
    assert citizens.find(MITA.phone, MITA.user_id) is None
    mita = introduced(citizens)
    assert citizens.find(MITA.phone, None) == mita
    assert citizens.find(None, MITA.user_id) == mita
    assert citizens.read(mita.id) == mita
    assert mita.talk.profile_name == "Mita"


def test_a_number_hidden_behind_a_user_id_works_throughout(citizens: StoredCitizens, calls: Calls) -> None:
    ravi = introduced(citizens, RAVI)
    calls.clear()
    assert citizens.find(None, RAVI.user_id) == ravi
    assert [name for name, _ in calls] == ["Query"]


def test_nobody_is_met_without_an_identity(citizens: StoredCitizens) -> None:
    assert citizens.find(None, None) is None
    with pytest.raises(Unusable):
        citizens.meet(Who(None, None, "100000000000001"))


def test_an_id_that_is_taken_is_passed_over(citizens: StoredCitizens, tables: Tables) -> None:
    mita = introduced(citizens)
    citizens.repoint(None, MITA.phone, "919830000099", None)
    new = citizens.meet(MITA)
    assert new.id != mita.id
    assert new.version == 0


def test_two_first_messages_at_once_make_one_citizen(citizens: StoredCitizens) -> None:
    one, other = citizens.meet(MITA), citizens.meet(MITA)
    citizens.commit(one, one.talk, short_hash("wamid.1"), [])
    with pytest.raises(Conflict):
        citizens.commit(other, other.talk, short_hash("wamid.2"), [])


def test_whoever_was_met_between_looking_and_meeting_is_not_met_twice(citizens: StoredCitizens) -> None:
    assert citizens.find(MITA.phone, MITA.user_id) is None
    mita = introduced(citizens)
    with pytest.raises(Conflict):
        citizens.meet(MITA)
    hidden = citizens.meet(dataclasses.replace(MITA, phone=None))
    with pytest.raises(Conflict):
        citizens.commit(hidden, hidden.talk, short_hash("wamid.2"), [])
    assert citizens.find(None, MITA.user_id) == mita


def test_a_turn_is_one_consistent_query_and_one_update(citizens: StoredCitizens, calls: Calls) -> None:
    introduced(citizens)
    calls.clear()
    mita = citizens.find(MITA.phone, MITA.user_id)
    assert mita is not None
    cause, effects = said(mita, "wamid.2", Say("ask_name"), Later("remind", date(2026, 12, 1)))
    citizens.commit(mita, mita.talk.with_(step="name"), cause, effects)
    assert [name for name, _ in calls] == ["Query", "UpdateItem"]
    assert calls[0][1]["ConsistentRead"] is True


def test_what_was_committed_is_read_back(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    talk = mita.talk.with_(
        step="offer_nearest",
        serial=7,
        answers={"pin": "700026"},
        pending=Pending("r", "book", "1", "7M4QK2"),
        appointments=(Appointment("1", 2, "7M4QK2X9TA", date(2026, 11, 25), "2021-05-13"),),
        homes={"1": "700026"},
        language="bn",
        heard_at=NOW,
    )
    rows = tuple(Option(f"q~times~7~7M4QK{n}", f"slot:7M4QK{n}:12") for n in range(10))
    cause, effects = said(mita, "wamid.2", Typing("wamid.2"), Say("choose_slot", {"name": "name:1"}, rows=rows))
    after = citizens.commit(mita, talk, cause, effects)
    assert citizens.read(mita.id) == after
    assert after.outbox[cause.hex()] == tuple(effects)
    assert after.heard[-1] == cause


def test_a_turn_on_an_older_state_is_refused_and_leaves_nothing(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    first, effects = said(mita, "wamid.2", Say("ask_name"))
    after = citizens.commit(mita, mita.talk.with_(step="name"), first, effects)
    second, more = said(mita, "wamid.3", Say("ask_vaccine"))
    with pytest.raises(Conflict):
        citizens.commit(mita, mita.talk.with_(step="vaccine"), second, more)
    assert citizens.read(mita.id) == after


def test_only_the_last_64_causes_are_remembered(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    for n in range(70):
        mita = citizens.commit(mita, mita.talk, short_hash(f"wamid.{n}"), [])
    again = citizens.read(mita.id)
    assert again is not None
    assert again.heard == tuple(short_hash(f"wamid.{n}") for n in range(6, 70))


def test_an_acknowledged_effect_leaves_the_outbox_without_moving_the_version(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    cause, effects = said(mita, "wamid.2", Typing("wamid.2"), Say("ask_name"))
    mita = citizens.commit(mita, mita.talk, cause, effects)
    for _ in range(2):
        citizens.acknowledge(mita.id, cause.hex(), effects[0].id)
    again = citizens.read(mita.id)
    assert again is not None
    assert again.outbox[cause.hex()] == (effects[1],)
    citizens.commit(mita, mita.talk, short_hash("wamid.3"), [])


def test_acknowledging_for_somebody_unknown_is_nothing(citizens: StoredCitizens) -> None:
    citizens.acknowledge("nobody123", "0" * 12, f"nobody123-{'0' * 12}-0")


def test_the_answer_of_the_booking_room_settles_the_request_but_no_message(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    cause, effects = said(
        mita, "wamid.book", Typing("wamid.book"), Request(Ask.BOOK, "7M4QK2", person="1"), Say("note")
    )
    mita = citizens.commit(mita, mita.talk, cause, effects)
    answer, more = said(mita, "answer", Say("confirmation"))
    mita = citizens.commit(mita, mita.talk, answer, more, settled=cause.hex())
    assert citizens.read(mita.id) == mita
    assert mita.outbox[cause.hex()] == (effects[2],)
    assert mita.outbox[answer.hex()] == tuple(more)


def test_a_person_is_kept_together_with_the_card(citizens: StoredCitizens, calls: Calls) -> None:
    mita = introduced(citizens)
    calls.clear()
    mita = citizens.commit(mita, mita.talk, short_hash("wamid.2"), [], keep=Keep(person()))
    assert [name for name, _ in calls] == ["TransactWriteItems"]
    assert citizens.read(mita.id) == mita
    assert mita.talk.people == {"1": person()}
    assert citizens.people([mita.id + "1", mita.id + "2"]) == {mita.id + "1": person()}


def test_a_card_belongs_to_one_person_of_the_whole_desk(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    mita = citizens.commit(mita, mita.talk, short_hash("wamid.2"), [], keep=Keep(person()))
    ravi = introduced(citizens, RAVI)
    with pytest.raises(CardTaken):
        citizens.commit(ravi, ravi.talk, short_hash("wamid.9"), [], keep=Keep(person(name="Ravi")))
    with pytest.raises(CardTaken):
        citizens.commit(mita, mita.talk, short_hash("wamid.3"), [], keep=Keep(person(number="2")))
    assert citizens.read(ravi.id) == ravi


def test_the_same_person_may_give_the_same_card_again_and_change_it(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    mita = citizens.commit(mita, mita.talk, short_hash("wamid.2"), [], keep=Keep(person()))
    mita = citizens.commit(mita, mita.talk, short_hash("wamid.3"), [], keep=Keep(person()))
    mita = citizens.commit(mita, mita.talk, short_hash("wamid.4"), [], keep=Keep(person(seal="another")))
    ravi = introduced(citizens, RAVI)
    ravi = citizens.commit(ravi, ravi.talk, short_hash("wamid.9"), [], keep=Keep(person(name="Ravi")))
    assert ravi.talk.people["1"].name == "Ravi"


def test_a_stale_turn_that_keeps_a_taken_card_is_a_conflict_not_a_verdict(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    citizens.commit(mita, mita.talk, short_hash("wamid.2"), [], keep=Keep(person()))
    ravi = introduced(citizens, RAVI)
    citizens.commit(ravi, ravi.talk, short_hash("wamid.8"), [])
    with pytest.raises(Conflict):
        citizens.commit(ravi, ravi.talk, short_hash("wamid.9"), [], keep=Keep(person()))


def test_whoever_asks_to_be_forgotten_is_and_the_card_is_free(citizens: StoredCitizens, tables: Tables) -> None:
    mita = introduced(citizens)
    mita = citizens.commit(mita, mita.talk, short_hash("wamid.2"), [], keep=Keep(person()))
    mita = citizens.commit(mita, Talk(stopped=True), short_hash("wamid.3"), [], forget=Forget())
    again = citizens.read(mita.id)
    assert again == mita
    assert mita.talk.people == {}
    assert mita.who == dataclasses.replace(MITA, profile_name=None), "addresses stay, so that a STOP is still honoured"
    assert b"Mita" not in repr(list(tables.citizens.scan())).encode()
    ravi = introduced(citizens, RAVI)
    citizens.commit(ravi, ravi.talk, short_hash("wamid.9"), [], keep=Keep(person()))


def test_a_changed_number_leads_to_the_same_citizen_and_the_old_one_to_nobody(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    citizens.repoint("IN.MITA", MITA.phone, "919830000077", "IN.MITA2")
    found = citizens.find("919830000077", "IN.MITA2")
    assert found is not None
    assert found.id == mita.id
    assert found.who == dataclasses.replace(MITA, phone="919830000077", user_id="IN.MITA2")
    assert citizens.find(MITA.phone, None) is None
    assert citizens.find(None, "IN.MITA") is None


def test_after_the_first_look_a_changed_number_costs_one_query(citizens: StoredCitizens, calls: Calls) -> None:
    introduced(citizens)
    citizens.repoint(None, MITA.phone, "919830000077", None)
    citizens.find("919830000077", None)
    calls.clear()
    assert citizens.find("919830000077", None) is not None
    assert [name for name, _ in calls] == ["Query"]


def test_somebody_who_gets_an_abandoned_number_is_a_new_citizen(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    citizens.repoint("IN.MITA", MITA.phone, "919830000077", None)
    stranger = introduced(citizens, Who(MITA.phone, "IN.STRANGER", "100000000000001"))
    assert stranger.id != mita.id
    assert citizens.find(MITA.phone, "IN.STRANGER") == stranger


def test_a_user_id_seen_later_is_learned_with_the_turn(citizens: StoredCitizens) -> None:
    plain = dataclasses.replace(MITA, user_id=None)
    mita = introduced(citizens, plain)
    mita = citizens.commit(mita, mita.talk, short_hash("wamid.2"), [], who=MITA)
    assert citizens.find(None, "IN.MITA") == mita


def test_who_writes_from_a_new_number_before_it_is_announced_is_the_same_citizen_after(
    citizens: StoredCitizens,
) -> None:
    mita = introduced(citizens)
    early = introduced(citizens, Who("919830000077", "IN.MITA2", "100000000000001"))
    citizens.repoint("IN.MITA", MITA.phone, "919830000077", "IN.MITA2")
    for phone, user_id in [("919830000077", "IN.MITA2"), ("919830000077", None), (None, "IN.MITA2")]:
        found = citizens.find(phone, user_id)
        assert found is not None
        assert found.id == mita.id
    left = citizens.read(early.id)
    assert left is not None
    assert (left.who.phone, left.who.user_id) == (None, None)


def test_a_number_that_somebody_left_unannounced_is_its_new_owners_alone(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    ravi = introduced(citizens, Who("919830000033", "IN.RAVI", "100000000000001"))
    citizens.repoint("IN.RAVI", "919830000033", MITA.phone, "IN.RAVI2")
    for phone, user_id in [(MITA.phone, "IN.RAVI2"), (MITA.phone, None), (None, "IN.RAVI2")]:
        found = citizens.find(phone, user_id)
        assert found is not None
        assert found.id == ravi.id
    again = citizens.find("919830000044", "IN.MITA")
    assert again is not None
    assert again.id == mita.id
    after = dataclasses.replace(again.who, phone="919830000044")
    citizens.commit(again, again.talk, short_hash("wamid.new"), [], who=after)
    moved = citizens.find("919830000044", None)
    assert moved is not None
    assert (moved.id, moved.who) == (mita.id, after)


def test_two_citizens_who_turn_out_to_be_one_stay_one(citizens: StoredCitizens, calls: Calls) -> None:
    plain = introduced(citizens, dataclasses.replace(MITA, user_id=None))
    introduced(citizens, dataclasses.replace(MITA, phone=None))
    citizens.commit(plain, plain.talk, short_hash("wamid.both"), [], who=MITA)
    for phone, user_id in [(MITA.phone, "IN.MITA"), (MITA.phone, None), (None, "IN.MITA")]:
        found = citizens.find(phone, user_id)
        assert found is not None
        assert found.id == plain.id
    calls.clear()
    citizens.find(None, "IN.MITA")
    assert [name for name, _ in calls] == ["Query"]


def test_an_announcement_that_comes_again_late_leaves_the_numbers_new_owner_alone(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    citizens.repoint("IN.MITA", MITA.phone, "919830000077", "IN.MITA2")
    stranger = introduced(citizens, Who(MITA.phone, "IN.STRANGER", "100000000000001"))
    citizens.repoint("IN.MITA", MITA.phone, "919830000077", "IN.MITA2")
    assert citizens.read(stranger.id) == stranger
    found = citizens.find("919830000077", "IN.MITA2")
    assert found is not None
    assert found.id == mita.id


def test_addresses_that_changed_meanwhile_are_not_overwritten(citizens: StoredCitizens) -> None:
    mita = introduced(citizens)
    citizens.repoint("IN.MITA", MITA.phone, "919830000077", None)
    with pytest.raises(Conflict):
        citizens.commit(
            mita, mita.talk, short_hash("wamid.2"), [], who=dataclasses.replace(MITA, phone_number_id="100000000000002")
        )


def test_repointing_somebody_unknown_is_nothing(citizens: StoredCitizens) -> None:
    citizens.repoint("IN.NOBODY", None, None, "IN.SOMEBODY")
    assert citizens.find(None, "IN.SOMEBODY") is None


def test_the_census_counts_everybody_once(citizens: StoredCitizens) -> None:
    mita, ravi = introduced(citizens), introduced(citizens, RAVI)
    citizens.commit(mita, mita.talk, short_hash("wamid.2"), [], keep=Keep(person()))
    assert {each.id for each in citizens.citizens()} == {mita.id, ravi.id}


def test_an_effect_of_a_newer_version_is_left_for_it(citizens: StoredCitizens, tables: Tables) -> None:
    mita = introduced(citizens)
    raw = tables.citizens.get(mita.id, "STATE")
    assert raw is not None
    key = next(iter(raw["o"]["M"]))
    assert unpack(raw["o"]["M"][key]["B"]) == '{"k":"welcome"}'
    client = tables.connection.client
    client._make_api_call(
        "UpdateItem",
        {
            "TableName": tables.citizens.name,
            "Key": {"pk": {"S": mita.id}, "sk": {"S": "STATE"}},
            "UpdateExpression": "SET o.#key = :odd",
            "ExpressionAttributeNames": {"#key": key},
            "ExpressionAttributeValues": {":odd": {"B": b"\xffodd"}},
        },
    )
    again = citizens.read(mita.id)
    assert again is not None
    assert again.outbox == {}
    citizens.commit(again, again.talk.with_(step="x"), short_hash("wamid.5"), [])
    assert key in (tables.citizens.get(mita.id, "STATE") or {})["o"]["M"]
