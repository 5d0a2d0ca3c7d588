from datetime import datetime, timedelta

import pytest

from seba.conversation.records import Entry, Stop
from seba.domain.calendar import KOLKATA
from seba.storage.ledger import StoredBreaker, StoredLedger
from tests.tables import Tables

NOW = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=KOLKATA)
LATER = NOW + timedelta(seconds=30)
EFFECT = "k3Jd02mQx-0123456789ab-0"


@pytest.fixture
def ledger(tables: Tables) -> StoredLedger:
    return StoredLedger(tables.ledger)


def test_a_sending_is_begun_once(ledger: StoredLedger) -> None:
    assert ledger.begin(EFFECT, "confirmation", NOW) is None
    entry = Entry(EFFECT, "sending", NOW, 1)
    assert ledger.begin(EFFECT, "confirmation", LATER) == entry
    assert ledger.read(EFFECT) == entry
    assert ledger.read("another") is None


def test_a_second_try_belongs_to_the_first_who_asks(ledger: StoredLedger) -> None:
    ledger.begin(EFFECT, "confirmation", NOW)
    entry = Entry(EFFECT, "sending", NOW, 1)
    assert ledger.begin_again(entry, LATER, 2) is True
    assert ledger.begin_again(entry, LATER, 2) is False
    assert ledger.read(EFFECT) == Entry(EFFECT, "sending", LATER, 2)


def test_an_end_is_written_over_the_named_states_only(ledger: StoredLedger) -> None:
    assert ledger.end(EFFECT, "sent", {"sending"}, NOW) is False
    ledger.begin(EFFECT, "confirmation", NOW)
    assert ledger.end(EFFECT, "accepted", {"sending"}, NOW, wamid="wamid.1") is True
    assert ledger.end(EFFECT, "delivered", {"accepted", "sent"}, LATER) is True
    assert ledger.end(EFFECT, "sent", {"accepted"}, LATER) is False
    assert ledger.end(EFFECT, "read", set(), LATER) is False
    assert ledger.read(EFFECT) == Entry(EFFECT, "delivered", NOW, 1, "wamid.1")


def test_a_stumble_is_counted_and_changes_nothing_else(ledger: StoredLedger) -> None:
    ledger.begin(EFFECT, "confirmation", NOW)
    entry = Entry(EFFECT, "sending", NOW, 1)
    ledger.stumble(entry, 2)
    assert ledger.read(EFFECT) == Entry(EFFECT, "sending", NOW, 1, failures=2)
    assert ledger.begin_again(entry, LATER, 2) is True
    assert ledger.read(EFFECT) == Entry(EFFECT, "sending", LATER, 2, failures=2)
    ledger.stumble(Entry("another", "sending", NOW, 1), 1)
    assert ledger.read("another") is None


def test_why_a_message_failed_is_kept_for_eight_days(ledger: StoredLedger, tables: Tables) -> None:
    ledger.begin(EFFECT, "confirmation", NOW)
    ledger.end(EFFECT, "failed", {"sending"}, LATER, code=131026, reason="cannot receive")
    raw = tables.ledger.get(EFFECT)
    assert raw is not None
    assert (raw["code"]["N"], raw["reason"]["S"]) == ("131026", "cannot receive")
    assert int(raw["ends"]["N"]) == int((NOW + timedelta(days=8)).timestamp())


def test_the_breaker_keeps_its_first_cause_until_it_is_cleared(tables: Tables) -> None:
    breaker = StoredBreaker(tables.ledger)
    assert breaker.stopped() is None
    breaker.stop(190, NOW)
    breaker.stop(131031, LATER)
    assert breaker.stopped() == Stop(190, NOW)
    breaker.resume()
    assert breaker.stopped() is None
