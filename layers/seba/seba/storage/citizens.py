"""Citizens: one partition each. A turn reads it with one Query and writes it with one conditional UpdateItem."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from seba.conversation import codec
from seba.conversation.records import Citizen, Effect, effect_id, parts_of_effect
from seba.conversation.say import Forget, Keep, OrderRequest, Request, Typing
from seba.conversation.talk import Talk
from seba.domain.errors import CardTaken, Conflict, Unusable
from seba.domain.identity_cards import CardType
from seba.domain.ids import Keys, person_id
from seba.domain.people import Person, Who
from seba.storage import keys
from seba.storage.errors import CONDITION_FAILED, Refusals
from seba.storage.packing import pack, unpack
from seba.storage.tables import CardItem, IdentityItem, PersonItem, Raw, StateItem, Table, WhoItem, Write

REMEMBERED: Final = 64
"""Causes that a state remembers as heard."""
REMEMBERED_POINTERS: Final = 10_000
HASH_BYTES: Final = 6
CAUSE_HEX: Final = 2 * HASH_BYTES
MOST_COLLISIONS: Final = 8
"""Ids that may be taken before a new citizen gets a free one; each is taken with a chance of 1 in 10^10 at most."""


class StoredNames:
    """People by their ids, for whoever holds no key and so finds nobody by phone or card. Fits the port ``Names``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def people(self, persons: Sequence[str]) -> Mapping[str, Person]:
        """The people with these ids (citizen + number); one that was erased is missing."""
        items = self._table.get_many([keys.person_of(each) for each in persons])
        found = [_person(item) for item in items]
        return {person_id(item["pk"]["S"], person.number): person for item, person in zip(items, found, strict=True)}

    def stopped(self, citizens: Collection[str]) -> frozenset[str]:
        """Those among these citizens who said STOP."""
        items = map(StateItem.from_raw_data, self._table.get_many([(each, keys.STATE) for each in citizens]))
        return frozenset(item.pk for item in items if codec.read_talk(item.talk).stopped)


class StoredCitizens(StoredNames):
    """The citizens' table. Fits the ports ``Citizens``, ``Names`` and ``Census`` (but for the days)."""

    def __init__(self, table: Table, hashes: Keys) -> None:
        super().__init__(table)
        self._hashes = hashes
        self._pointed: dict[str, str] = {}
        """Where pointers led; only where to look first, what is found there is checked."""

    # Reading.

    def read(self, citizen: str) -> Citizen | None:
        """A citizen by id: one consistent Query. Raises NotNow, and Unusable for appointments that cannot be read."""
        return _citizen(citizen, self._table.query(citizen))

    def find(self, phone: str | None, user_id: str | None) -> Citizen | None:
        """The citizen behind these identities, the phone first; None at first meeting.

        One consistent Query in the ordinary case: a citizen's id derives from the identity first seen. Where the
        identity has changed since, its pointer is read, then the citizen.
        """
        identities = _identities(phone, user_id)
        if not identities:
            return None
        direct = self.read(self._pointed.get(identities[0]) or self._hashes.citizen(identities[0]))
        if direct is not None and _belongs(direct.who, phone, user_id):
            return direct
        for identity in identities:
            pointer = self._table.get(self._hashes.identity(identity), keys.IDENTITY)
            if pointer is not None:
                citizen = IdentityItem.from_raw_data(pointer).citizen
                if len(self._pointed) >= REMEMBERED_POINTERS:
                    self._pointed.clear()
                self._pointed[identities[0]] = citizen
                return self.read(citizen)
        return None

    def meet(self, who: Who) -> Citizen:
        """A citizen not stored yet, with an id that is free.

        Raises Conflict when somebody met them a moment ago (find them again), Unusable without any identity.
        """
        identities = _identities(who.phone, who.user_id)
        if not identities:
            raise Unusable("a citizen needs a phone number or a user id")
        for attempt in range(MOST_COLLISIONS):
            citizen = self._hashes.citizen(identities[0], attempt)
            stands = self._table.get(citizen, keys.WHO)
            if stands is None:
                talk = Talk(profile_name=who.profile_name, desk_of=who.desk_of, shop_of=who.shop_of)
                return Citizen(citizen, who, talk, (), {}, 0)
            if _belongs(_who(stands), who.phone, who.user_id):
                raise Conflict("met by somebody else a moment ago")
        raise Conflict("no free id for a new citizen")

    def citizens(self) -> Iterator[Citizen]:
        """Every citizen once; reads the whole table."""
        for pk, items in groupby(self._table.scan(), key=lambda item: str(item["pk"]["S"])):
            citizen = _citizen(pk, items)
            if citizen is not None:
                yield citizen

    # Writing.

    def commit(
        self,
        before: Citizen,
        talk: Talk,
        cause: bytes,
        effects: Sequence[Effect],
        *,
        settled: str = "",
        keep: Keep | None = None,
        forget: Forget | None = None,
        who: Who | None = None,
    ) -> Citizen:
        """State and effects in one conditional write; see the port.

        ``settled`` takes the request and the typing sign of that cause out of the outbox: the answer has come.
        """
        heard = (*before.heard, cause)[-REMEMBERED:]
        gone = _settled(before, settled)
        people = dict(talk.people)
        if keep is not None:
            people[keep.person.number] = keep.person
        if forget is not None:
            people = {}
            # The name that WhatsApp shows is a name as well; the addresses stay, so that a STOP is still honoured.
            who = replace(who or before.who, profile_name=None)
        person_writes = self._person_writes(before, keep, forget)
        if before.version == 0:
            self._first_commit(before, who or before.who, talk, heard, effects, person_writes)
        else:
            actions = _state_actions(before, talk, heard, effects, gone)
            condition = StateItem.version == before.version
            who_writes = self._who_writes(before, who) if who is not None else []
            if person_writes or who_writes:
                state = self._table.updating(before.id, keys.STATE, actions, condition)
                self._write_all([state, *who_writes, *person_writes])
            else:
                self._table.update(before.id, keys.STATE, actions, condition)
        address = who or before.who
        return Citizen(
            before.id,
            address,
            replace(
                talk, people=people, profile_name=address.profile_name, desk_of=address.desk_of, shop_of=address.shop_of
            ),
            heard,
            _outbox_after(before, gone, effects),
            before.version + 1,
        )

    def acknowledge(self, citizen: str, cause: str, effect: str) -> None:
        """Take a delivered effect out of the outbox; the version does not move. Repeating it changes nothing."""
        _, effect_cause, n = parts_of_effect(effect)
        if effect_cause != cause:
            raise ValueError(f"{effect} is no effect of {cause}")
        try:
            self._table.update(
                citizen, keys.STATE, [StateItem.outbox.at(f"{cause}{n}").remove()], StateItem.version.exists()
            )
        except Conflict:
            return  # the citizen is gone, and the outbox with them

    def repoint(self, old_user_id: str | None, old_phone: str | None, phone: str | None, user_id: str | None) -> None:
        """An identity changed: the new ones point to the same citizen, the old ones to nobody. Raises Conflict, NotNow.

        Whoever had the new ones until now has them no longer: somebody who gave the number up, or the same person, who
        wrote before the announcement came. Without a citizen behind the old identities nothing happens.
        """
        found = self.find(old_phone, old_user_id)
        if found is not None and old_user_id and found.who.user_id not in (None, old_user_id):
            found = self.find(None, old_user_id)  # the number is somebody else's by now
        if found is None:
            return
        after = replace(found.who, phone=phone or found.who.phone, user_id=user_id or found.who.user_id)
        writes = self._who_writes(found, after)
        if writes:
            self._write_all(writes)

    # Parts of a transaction.

    def _first_commit(
        self,
        before: Citizen,
        who: Who,
        talk: Talk,
        heard: tuple[bytes, ...],
        effects: Sequence[Effect],
        person_writes: Sequence[Write],
    ) -> None:
        state = state_item(before.id, talk, heard, effects, 1)
        writes = [
            self._table.putting(state, Path("pk").does_not_exist()),
            self._table.putting(_who_item(before.id, who)),
            # An identity that points to somebody by now was met by somebody else a moment ago.
            *self._pointers(before.id, _identities(who.phone, who.user_id), Path("pk").does_not_exist()),
            *person_writes,
        ]
        self._write_all(writes)

    def _pointers(self, citizen: str, identities: Iterable[str], condition: Condition | None = None) -> list[Write]:
        return [
            self._table.putting(
                IdentityItem(self._hashes.identity(identity), keys.IDENTITY, citizen=citizen), condition
            )
            for identity in identities
        ]

    def _who_writes(self, before: Citizen, who: Who) -> list[Write]:
        """Addresses, new pointers, and the end of old ones; nothing when nothing changed.

        An identity is one citizen's. Whoever had a new one loses it by the same transaction, so that their id, which
        may derive from it, no longer counts as its owner and ``find`` goes by the pointer.
        """
        if who == before.who:
            return []
        old = set(_identities(before.who.phone, before.who.user_id))
        new = _identities(who.phone, who.user_id)
        mine_or_gone = Path("pk").does_not_exist() | (IdentityItem.citizen == before.id)
        writes = [self._table.putting(_who_item(before.id, who), _stands(before.who))]
        losers: set[str] = set()
        for identity in new:
            if identity in old:
                continue
            stands = self._table.get(self._hashes.identity(identity), keys.IDENTITY)
            holder = None if stands is None else IdentityItem.from_raw_data(stands).citizen
            unchanged: Condition = Path("pk").does_not_exist()
            if holder is not None:
                unchanged = IdentityItem.citizen == holder
                losers |= {holder} - {before.id}
            writes += self._pointers(before.id, [identity], unchanged)
        for loser in sorted(losers):
            item = self._table.get(loser, keys.WHO)
            if item is not None:
                theirs = _who(item)
                writes.append(self._table.putting(_who_item(loser, _without(theirs, who)), _stands(theirs)))
        gone = sorted(old - set(new))
        writes += [self._table.deleting(self._hashes.identity(each), keys.IDENTITY, mine_or_gone) for each in gone]
        return writes

    def _person_writes(self, before: Citizen, keep: Keep | None, forget: Forget | None) -> list[Write]:
        """People and cards. The write that a taken card refuses is a put of a ``CARD#…`` (see ``_write_all``)."""
        writes: list[Write] = []
        if forget is not None:
            for person in before.talk.people.values():
                writes.append(self._table.deleting(before.id, keys.person(person.number)))
                writes.append(self._freeing(person_id(before.id, person.number), person.card_seal))
        if keep is not None:
            person, me = keep.person, person_id(before.id, keep.person.number)
            earlier = before.talk.people.get(person.number)
            if earlier is not None and earlier.card_seal != person.card_seal:
                writes.append(self._freeing(me, earlier.card_seal))
            writes.append(self._table.putting(_person_item(before.id, person)))
            free_or_mine = Path("pk").does_not_exist() | (CardItem.person == me)
            card = CardItem(keys.card(person.card_seal), keys.CARD, person=me)
            writes.append(self._table.putting(card, free_or_mine))
        return writes

    def _freeing(self, me: str, seal: str) -> Write:
        mine_or_gone = Path("pk").does_not_exist() | (CardItem.person == me)
        return self._table.deleting(keys.card(seal), keys.CARD, mine_or_gone)

    def _write_all(self, writes: Sequence[Write]) -> None:
        """All or nothing. Raises CardTaken when nothing but a card stood in the way, else Conflict."""
        try:
            self._table.write_all(writes)
        except Refusals as refused:
            guilty = [write for write, reason in zip(writes, refused.reasons, strict=True) if reason is not None]
            if guilty and all(
                _is_card(write) and reason == CONDITION_FAILED
                for write, reason in zip(guilty, filter(None, refused.reasons), strict=True)
            ):
                raise CardTaken("the card belongs to another person") from refused
            raise


def _is_card(write: Write) -> bool:
    item = write.arguments.get("Item", {})
    return write.kind == "put" and item.get("sk", {}).get("S") == keys.CARD


# From items and to them.


def state_item(citizen: str, talk: Talk, heard: Sequence[bytes], effects: Sequence[Effect], version: int) -> StateItem:
    """The state as it is stored, with these effects in its outbox."""
    return StateItem(
        citizen,
        keys.STATE,
        talk=codec.write_talk(talk),
        heard=b"".join(heard),
        outbox={_outbox_key(each): pack(codec.write_act(each.act)) for each in effects},
        version=version,
    )


def _identities(phone: str | None, user_id: str | None) -> list[str]:
    return [f"phone:{phone}"] * bool(phone) + [f"user:{user_id}"] * bool(user_id)


def _belongs(who: Who, phone: str | None, user_id: str | None) -> bool:
    """Whether a citizen found by the id of an identity still has it: a phone number may be somebody else's by now."""
    return (phone is not None and who.phone == phone) or (
        phone is None and user_id is not None and who.user_id == user_id
    )


def _stands(who: Who) -> Condition:
    """The condition that a citizen still has these identities; the state's version does not tell."""
    phone: Condition = WhoItem.phone.does_not_exist() if who.phone is None else WhoItem.phone == who.phone
    user_id: Condition = WhoItem.user_id.does_not_exist() if who.user_id is None else WhoItem.user_id == who.user_id
    both: Condition = phone & user_id
    return both


def _without(theirs: Who, taken: Who) -> Who:
    """Addresses without those that are somebody else's now."""
    return replace(
        theirs,
        phone=None if theirs.phone == taken.phone else theirs.phone,
        user_id=None if theirs.user_id == taken.user_id else theirs.user_id,
    )


def _citizen(citizen: str, items: Iterable[Raw]) -> Citizen | None:
    state: StateItem | None = None
    who: Who | None = None
    people: dict[str, Person] = {}
    for item in items:
        sk = item["sk"]["S"]
        if sk == keys.STATE:
            state = StateItem.from_raw_data(item)
        elif sk == keys.WHO:
            who = _who(item)
        elif sk.startswith(keys.PERSON):
            person = _person(item)
            people[person.number] = person
    if state is None or who is None:
        return None
    talk = codec.read_talk(state.talk)
    talk = replace(talk, people=people, profile_name=who.profile_name, desk_of=who.desk_of, shop_of=who.shop_of)
    heard = tuple(state.heard[i : i + HASH_BYTES] for i in range(0, len(state.heard), HASH_BYTES))
    return Citizen(citizen, who, talk, heard, _outbox(citizen, state.outbox), int(state.version))


def _outbox(citizen: str, stored: Mapping[str, bytes]) -> dict[str, tuple[Effect, ...]]:
    """The effects by cause, in their order. What this version cannot read is left where it is, for the one that can."""
    effects: dict[str, list[Effect]] = {}
    for key in sorted(stored, key=lambda key: (key[:CAUSE_HEX], int(key[CAUSE_HEX:]))):
        cause, n = key[:CAUSE_HEX], int(key[CAUSE_HEX:])
        try:
            act = codec.read_act(unpack(stored[key]))
        except Unusable:
            continue
        effects.setdefault(cause, []).append(Effect(effect_id(citizen, cause, n), act))
    return {cause: tuple(those) for cause, those in effects.items()}


def _outbox_key(effect: Effect) -> str:
    _, cause, n = parts_of_effect(effect.id)
    return f"{cause}{n}"


def _settled(before: Citizen, settled: str) -> tuple[Effect, ...]:
    """The effects that an answer settles."""
    return tuple(
        each for each in before.outbox.get(settled, ()) if isinstance(each.act, (Request, OrderRequest, Typing))
    )


def _state_actions(
    before: Citizen, talk: Talk, heard: tuple[bytes, ...], effects: Sequence[Effect], gone: Sequence[Effect]
) -> list[Action]:
    return [
        StateItem.talk.set(codec.write_talk(talk)),
        StateItem.heard.set(b"".join(heard)),
        StateItem.version.set(before.version + 1),
        *(StateItem.outbox.at(_outbox_key(each)).set(pack(codec.write_act(each.act))) for each in effects),
        *(StateItem.outbox.at(_outbox_key(each)).remove() for each in gone),
    ]


def _outbox_after(before: Citizen, gone: Sequence[Effect], effects: Sequence[Effect]) -> dict[str, tuple[Effect, ...]]:
    after = {
        cause: left
        for cause, those in before.outbox.items()
        if (left := tuple(each for each in those if each not in gone))
    }
    for each in effects:
        cause = parts_of_effect(each.id)[1]
        after[cause] = (*after.get(cause, ()), each)
    return after


def _who_item(citizen: str, who: Who) -> WhoItem:
    return WhoItem(
        citizen,
        keys.WHO,
        phone=who.phone,
        user_id=who.user_id,
        number=who.phone_number_id,
        profile=who.profile_name,
        desk=who.desk_of,
        shop=who.shop_of,
    )


def _who(item: Raw) -> Who:
    stored = WhoItem.from_raw_data(item)
    return Who(stored.phone, stored.user_id, stored.number, stored.profile, stored.desk, stored.shop)


def _person_item(citizen: str, person: Person) -> PersonItem:
    return PersonItem(
        citizen,
        keys.person(person.number),
        name=person.name,
        vaccine=person.vaccine,
        last_dose=None if person.last_dose is None else person.last_dose.isoformat(),
        exact=person.last_dose_exact,
        had=person.doses_had,
        born=person.born,
        card=str(person.card),
        seal=person.card_seal,
        last4=person.last4,
        proof=person.proof,
    )


def _person(item: Raw) -> Person:
    """Raises Unusable for a card type this version does not know."""
    stored = PersonItem.from_raw_data(item)
    try:
        return Person(
            number=stored.sk.removeprefix(keys.PERSON),
            name=stored.name,
            vaccine=stored.vaccine,
            last_dose=date.fromisoformat(stored.last_dose) if stored.last_dose else None,
            last_dose_exact=stored.exact,
            doses_had=int(stored.had),
            born=int(stored.born) if stored.born else None,
            card=CardType(stored.card),
            card_seal=stored.seal,
            last4=stored.last4,
            proof=stored.proof,
        )
    except ValueError as error:
        raise Unusable(f"a stored person that cannot be read: {error}") from error
