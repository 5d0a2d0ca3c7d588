"""People, centres and sessions for tests."""

from datetime import date, time

from seba.domain.identity_cards import CardType
from seba.domain.people import Person
from seba.domain.sessions import Centre, Life, Session, Slot


def person(number: str, name: str = "Rina Das", card_seal: str = "seal", proof: str | None = None) -> Person:
    return Person(
        number=number,
        name=name,
        vaccine="covishield",
        last_dose=date(2026, 8, 1),
        last_dose_exact=True,
        card=CardType.VOTER,
        card_seal=card_seal,
        last4="4567",
        proof=proof,
    )


def centre(id_: str = "C068") -> Centre:
    names = {"en": "Ward 68 Health Centre", "bn": "ওয়ার্ড ৬৮ সেন্টার", "hi": "वार्ड 68 केंद्र"}
    return Centre(id_, names, names, dict(names), "68", "700019", 22.52, 88.36, None, frozenset({"b1"}))


def session(
    id_: str = "7M4QK",
    day: date = date(2026, 11, 23),
    centre_id: str = "C068",
    slots: int = 2,
    life: Life = Life.OPEN,
    capacity: int = 10,
) -> Session:
    times = tuple(Slot(f"{id_}{index}", time(9 + 2 * index), time(11 + 2 * index), capacity) for index in range(slots))
    return Session(id_, centre_id, day, "covishield", (2,), 0, life, "b1", times)
