"""What the desk knows: centres, PIN areas, sessions and boards; cached for reading, written by publishing."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import and_
from typing import Any, Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from seba.conversation.records import News, Opening, Publisher
from seba.domain.calendar import KOLKATA, SESSIONS_KEPT, at_the_desk
from seba.domain.draws import Draw
from seba.domain.errors import Conflict, NotFound, Unusable
from seba.domain.ids import session_of
from seba.domain.places import Area, Locality, Served
from seba.domain.sessions import BoardRow, Centre, Life, Session, Slot
from seba.storage import keys
from seba.storage.errors import CONDITION_FAILED, Refusals
from seba.storage.tables import (
    AreaItem,
    BoardItem,
    CentreItem,
    DrawItem,
    KeyItem,
    NewsItem,
    OpeningItem,
    PublisherItem,
    Raw,
    SessionItem,
    Table,
    Write,
)

CENTRES_SECONDS: Final = 60.0
AREAS_SECONDS: Final = 60.0
SESSION_SECONDS: Final = 5.0
BOARD_SECONDS: Final = 1.0
DRAW_SECONDS: Final = 60.0
NO_DRAW_SECONDS: Final = 5.0
"""How long a draw that is not there is believed not to be: it may be announced at any moment."""


@dataclass(slots=True)
class _Kept[T]:
    """A value and until when (in seconds of the stopwatch) it may be shown."""

    value: T
    until: float


class StoredFacts:
    """The sessions' table for readers. Fits the port ``Facts``. ``stopwatch`` counts seconds from any start."""

    def __init__(self, table: Table, stopwatch: Callable[[], float]) -> None:
        self._table, self._stopwatch = table, stopwatch
        self._centres: _Kept[Mapping[str, Centre]] | None = None
        self._areas: _Kept[Mapping[str, Area]] | None = None
        self._sessions: dict[str, _Kept[Session | None]] = {}
        self._boards: dict[date, _Kept[Sequence[BoardRow]]] = {}
        self._draws: dict[str, _Kept[Draw | None]] = {}

    def centres(self) -> Mapping[str, Centre]:
        """All centres by id, at most a minute old."""
        now = self._stopwatch()
        if self._centres is None or self._centres.until <= now:
            items = self._table.query(keys.CENTRES, consistent=False)
            self._centres = _Kept({each.id: each for each in map(centre_from, items)}, now + CENTRES_SECONDS)
        return self._centres.value

    def areas(self) -> Mapping[str, Area]:
        """All PIN areas by PIN code, at most a minute old; the same object for as long as nothing changed."""
        now = self._stopwatch()
        if self._areas is None or self._areas.until <= now:
            items = self._table.query(keys.AREAS, consistent=False)
            areas: Mapping[str, Area] = {each.pin: each for each in map(_area, items)}
            if self._areas is not None and self._areas.value == areas:
                areas = self._areas.value
            self._areas = _Kept(areas, now + AREAS_SECONDS)
        return self._areas.value

    def session(self, session: str) -> Session | None:
        """A session by id, at most five seconds old, or None."""
        now = self._stopwatch()
        kept = self._sessions.get(session)
        if kept is None or kept.until <= now:
            item = self._table.get(keys.session(session), keys.SESSION, consistent=False)
            kept = _Kept(None if item is None else session_from(item), now + SESSION_SECONDS)
            self._sessions = {id_: each for id_, each in self._sessions.items() if each.until > now}
            self._sessions[session] = kept
        return kept.value

    def bookable(self, session: str) -> Session | None:
        """The session if it is open and released, read consistently; else None.

        Whether it is on offer now (``Session.is_on_offer``) is for the caller to ask: a place that was drawn is given
        before that.
        """
        item = self._table.get(keys.session(session), keys.SESSION)
        found = None if item is None else session_from(item)
        # What is said of it in the same breath is not older than this: it may have been moved a moment ago.
        self._sessions[session] = _Kept(found, self._stopwatch() + SESSION_SECONDS)
        if found is None or found.life is not Life.OPEN:
            return None
        centre = self.centres().get(found.centre)
        if centre is None or found.batch not in centre.opened:
            # Releases are never taken back, so only a "no" needs a look at what is not a minute old.
            fresh = self._table.get(keys.CENTRES, found.centre)
            if fresh is None or found.batch not in centre_from(fresh).opened:
                return None
        return found

    def board(self, day: date) -> Sequence[BoardRow]:
        """The sessions of a day with their places left, at most a second old; open and released ones only."""
        now = self._stopwatch()
        kept = self._boards.get(day)
        if kept is None or kept.until <= now:
            rows = tuple(_board_row(item) for item in self._table.query(keys.board(day), consistent=False))
            kept = _Kept(rows, now + BOARD_SECONDS)
            self._boards = {on: each for on, each in self._boards.items() if each.until > now}
            self._boards[day] = kept
        centres = self.centres()
        return tuple(
            row
            for row in kept.value
            if row.session.life is Life.OPEN
            and row.session.centre in centres
            and row.session.batch in centres[row.session.centre].opened
        )

    def draw(self, draw: str) -> Draw | None:
        """A draw as announced, at most a minute old, or None. The seed is there once it was made."""
        now = self._stopwatch()
        kept = self._draws.get(draw)
        if kept is None or kept.until <= now:
            item = self._table.get(keys.DRAWS, draw, consistent=False)
            seconds = NO_DRAW_SECONDS if item is None else DRAW_SECONDS
            kept = _Kept(None if item is None else draw_from(item), now + seconds)
            self._draws = {id_: each for id_, each in self._draws.items() if each.until > now}
            self._draws[draw] = kept
        return kept.value


class StoredBoards:
    """Places left, as the board shows them. Fits the port ``Boards``."""

    def __init__(self, table: Table, facts: StoredFacts) -> None:
        self._table, self._facts = table, facts

    def show(self, slot: str, free: int) -> None:
        """Tell the board how many places a slot has left. A session without a board is nothing to tell."""
        session = self._facts.session(session_of(slot))
        if session is not None and not self._shown(session, slot, free):
            # What was remembered of it may be older than a move to another day.
            item = self._table.get(keys.session(session.id), keys.SESSION)
            if item is not None:
                self._shown(session_from(item), slot, free)

    def _shown(self, session: Session, slot: str, free: int) -> bool:
        """Whether the board of the session's day has it."""
        try:
            self._table.update(
                keys.board(session.day), session.id, [BoardItem.free.at(slot).set(free)], Path("pk").exists()
            )
        except Conflict:
            return False
        return True


class Timetable:
    """Centres, areas and sessions for those who publish, close and look after them; never from a cache.

    Fits the port ``Programme`` (and ``days`` of ``Census``).
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._noted: set[date] = set()
        """Days that surely stand among the days with sessions."""

    # Reading.

    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""
        return {each.id: each for each in map(centre_from, self._table.query(keys.CENTRES))}

    def areas(self) -> Mapping[str, Area]:
        """All PIN areas by PIN code."""
        return {each.pin: each for each in map(_area, self._table.query(keys.AREAS))}

    def session(self, session: str) -> Session | None:
        """A session in any stage of life and of any batch, or None."""
        item = self._table.get(keys.session(session), keys.SESSION)
        return None if item is None else session_from(item)

    def board(self, day: date) -> Sequence[BoardRow]:
        """The whole board of a day, released or not."""
        return tuple(map(_board_row, self._table.query(keys.board(day))))

    def sessions(self, day: date) -> Sequence[Session]:
        """All sessions of a day of released batches, in every stage of life."""
        centres = self.centres()
        return tuple(
            row.session
            for row in self.board(day)
            if row.session.centre in centres and row.session.batch in centres[row.session.centre].opened
        )

    def days(self) -> Sequence[date]:
        """Every day that has published sessions, in order."""
        return tuple(date.fromisoformat(item["sk"]["S"]) for item in self._table.query(keys.DAYS))

    def desks(self, centre: str) -> Sequence[str]:
        """The citizen ids of the numbers registered as this centre's desk."""
        return tuple(item["sk"]["S"] for item in self._table.query(keys.desk(centre)))

    def publishers(self) -> Mapping[str, Publisher]:
        """Everybody who may publish beside the operator, by id."""
        return {each.id: each for each in map(_publisher, self._table.query(keys.PUBLISHERS))}

    def publisher(self, publisher: str) -> Publisher | None:
        """A publisher by id, or None."""
        item = self._table.get(keys.PUBLISHERS, publisher)
        return None if item is None else _publisher(item)

    # Writing.

    def save_publisher(self, publisher: Publisher) -> None:
        """Store a publisher, new or changed."""
        self._table.put(
            PublisherItem(
                keys.PUBLISHERS,
                publisher.id,
                name=publisher.name,
                private=publisher.private,
                key_hash=publisher.key_hash or None,
            )
        )

    def remove_publisher(self, publisher: str) -> None:
        """No longer a publisher; the centres stay theirs, so that nobody else takes them over by accident."""
        self._table.delete(keys.PUBLISHERS, publisher)

    def save_centre(self, centre: Centre) -> None:
        """Store a centre's facts, new or changed; which batches are released is not touched.

        Raises Conflict for a centre of somebody else, the desk's own operator (no publisher) among them.
        """
        facts = CentreItem(
            keys.CENTRES,
            centre.id,
            names=centre.names,
            short_names=centre.short_names,
            addresses=centre.addresses,
            ward=centre.ward,
            pin=centre.pin,
            latitude=centre.latitude,
            longitude=centre.longitude,
        )
        if centre.publisher:
            mine: Condition = Path("pk").does_not_exist() | (CentreItem.publisher == centre.publisher)
        else:
            mine = CentreItem.publisher.does_not_exist()
        self._table.update(
            keys.CENTRES,
            centre.id,
            [
                CentreItem.names.set(facts.names),
                CentreItem.short_names.set(facts.short_names),
                CentreItem.addresses.set(facts.addresses),
                CentreItem.ward.set(facts.ward),
                CentreItem.pin.set(facts.pin),
                CentreItem.latitude.set(facts.latitude),
                CentreItem.longitude.set(facts.longitude),
                CentreItem.opened.set(CentreItem.opened | {}),
                CentreItem.phone.set(centre.phone) if centre.phone else CentreItem.phone.remove(),
                *([CentreItem.publisher.set(centre.publisher)] if centre.publisher else []),
            ],
            mine,
        )

    def release(self, centre: str, batch: str, at: datetime) -> None:
        """Offer a batch's sessions from now on: the last write of a publication. Raises NotFound without the centre.

        A batch that was released before stays as it was.
        """
        opened = CentreItem.opened.at(batch)
        try:
            self._table.update(keys.CENTRES, centre, [opened.set(opened | at.isoformat())], Path("pk").exists())
        except Conflict as error:
            raise NotFound(f"no centre {centre}") from error

    def save_area(self, area: Area) -> None:
        """Store a PIN area, new or changed."""
        names = [[each.en, each.bn, each.hi] for each in area.localities]
        self._table.put(
            AreaItem(
                keys.AREAS,
                area.pin,
                served=str(area.served),
                localities=json.dumps(names, ensure_ascii=False, separators=(",", ":")),
                latitude=area.lat,
                longitude=area.lon,
                refer=json.dumps(area.refer, ensure_ascii=False, separators=(",", ":")) if area.refer else None,
            )
        )

    def add_session(self, session: Session, instead_of: Session | None = None) -> bool:
        """Store a session of a batch that is not released yet, with an empty board: False when the id is taken.

        ``instead_of`` is what an earlier publication left there unreleased; it is written over if it still stands.
        Rosters are opened before this, so that what is offered exists. Session, board and day are written one after the
        other: until the batch is released nobody looks, and whoever was interrupted does it all again.
        """
        facts, ends = _session_facts(session), int(session.kept_until.timestamp())
        allowed = Path("pk").does_not_exist()
        if instead_of is not None:
            allowed |= _stands(_session_facts(instead_of))
        if session.day not in self._noted:
            self._table.put(KeyItem(keys.DAYS, session.day.isoformat(), ends=ends))
            self._noted.add(session.day)
        try:
            self._table.put(SessionItem(keys.session(session.id), keys.SESSION, ends=ends, **facts), allowed)
        except Conflict:
            return False
        free = {slot.id: session.places(slot) for slot in session.slots}
        self._table.put(BoardItem(keys.board(session.day), session.id, free=free, ends=ends, **facts))
        return True

    def change_session(self, before: Session, after: Session, news: News | None = None) -> None:
        """Change a session's facts (not which slots it has) with its board, and note the news of it: all or nothing.

        On another day the board moves along with the places left as it shows them. At another centre the session's
        batch is released there too, if it is where it comes from: whoever moves a session gives it a batch of its own
        where others of its batch may still wait for their release. Raises Conflict when it is no longer ``before``,
        NotFound for a centre that is not there, ValueError for another id or other slots.
        """
        if before.id != after.id or {s.id for s in before.slots} != {s.id for s in after.slots}:
            raise ValueError("a session keeps its id and its slots")
        old, new = _session_facts(before), _session_facts(after)
        changed = {name: value for name, value in new.items() if value != old[name]}
        if not changed:
            return
        stood = _stands({name: old[name] for name in changed.keys() | {"life", "slots"}})
        actions = [Path(name).set(value) for name, value in changed.items()]
        ends = int(after.kept_until.timestamp())
        if after.day != before.day:
            actions.append(SessionItem.ends.set(ends))
        writes = [self._table.updating(keys.session(after.id), keys.SESSION, actions, stood)]
        if after.day == before.day:
            writes.append(self._table.updating(keys.board(after.day), after.id, actions, Path("pk").exists()))
        else:
            writes += self._moving_board(before, after)
        if news is not None:
            writes.append(self._table.putting(_news_item(news)))
        arrives = None if after.centre == before.centre else self._arriving(before, after)
        if arrives is not None:
            writes.append(arrives)
        try:
            self._table.write_all(writes)
        except Refusals as refused:
            if arrives is not None and refused.reasons[-1] == CONDITION_FAILED:
                raise NotFound(f"no centre {after.centre}") from refused
            raise

    def _moving_board(self, before: Session, after: Session) -> list[Write]:
        """The board leaves one day and comes to another. Places taken in between are put right by the clock."""
        left = self._table.get(keys.board(before.day), before.id)
        free = {slot.id: after.places(slot) for slot in after.slots} if left is None else _board_row(left).free
        ends, facts = int(after.kept_until.timestamp()), _session_facts(after)
        return [
            self._table.deleting(keys.board(before.day), before.id),
            self._table.putting(BoardItem(keys.board(after.day), after.id, free=free, ends=ends, **facts)),
            self._table.putting(KeyItem(keys.DAYS, after.day.isoformat(), ends=ends)),
        ]

    def _arriving(self, before: Session, after: Session) -> Write:
        """The centre to which a session comes is there, and has released its batch if the one it comes from has."""
        item = self._table.get(keys.CENTRES, before.centre)
        released = None if item is None else CentreItem.from_raw_data(item).opened.get(before.batch)
        opened = CentreItem.opened.at(after.batch)
        actions = [CentreItem.ward.set(CentreItem.ward)]  # changes nothing
        if released is not None:
            actions = [opened.set(opened | released)]
        return self._table.updating(keys.CENTRES, after.centre, actions, Path("pk").exists())

    def close(self, session: str) -> None:
        """An open session is over: life becomes closed. Any other life stays."""
        found = self.session(session)
        if found is None or found.life is not Life.OPEN:
            return
        closed = [SessionItem.life.set(str(Life.CLOSED))]
        is_open = SessionItem.life == str(Life.OPEN)
        try:
            self._table.write_all(
                [
                    self._table.updating(keys.session(session), keys.SESSION, closed, is_open),
                    self._table.updating(keys.board(found.day), session, closed, Path("pk").exists()),
                ]
            )
        except Conflict:
            return  # somebody else changed its life; the next minute looks again

    def announce_opening(self, opening: Opening) -> None:
        """Let the clock tell of it. Doing it again, also once told, begins anew."""
        self._table.put(
            OpeningItem(
                keys.OPENINGS,
                keys.at(opening.at, opening.id),
                centre=opening.centre,
                sessions=" ".join(opening.sessions),
                draw=opening.draw or None,
                ends=int((opening.at + SESSIONS_KEPT).timestamp()),
            )
        )

    def tell_news(self, news: News) -> None:
        """Let the clock tell everybody booked in a session that it was moved or cancelled. Again changes nothing."""
        self._table.put(_news_item(news))

    def add_desk(self, centre: str, citizen: str) -> None:
        """Register a number as a centre's desk; its own WHO item says so too (``Who.desk_of``)."""
        self._table.put(KeyItem(keys.desk(centre), citizen))

    def remove_desk(self, centre: str, citizen: str) -> None:
        """The number is no longer this centre's desk."""
        self._table.delete(keys.desk(centre), citizen)


class StoredNovelties:
    """What the programme's changes leave to be told. Fits the port ``Novelties``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def openings(self) -> Sequence[Opening]:
        """Every opening that has not been told to the end, soonest first."""
        return tuple(map(_opening, self._table.query(keys.OPENINGS)))

    def told(self, opening: Opening) -> None:
        """Everybody has been told."""
        self._table.delete(keys.OPENINGS, keys.at(opening.at, opening.id))

    def news(self) -> Sequence[News]:
        """Moved and cancelled sessions whose people have not all been told."""
        return tuple(map(_news, self._table.query(keys.NEWS)))

    def spread(self, news: News) -> None:
        """All have been told."""
        self._table.delete(keys.NEWS, news.id)


# From items and to them. Raises Unusable for a stored thing that cannot be read.


def centre_from(item: Raw) -> Centre:
    """A stored centre."""
    stored = CentreItem.from_raw_data(item)
    return Centre(
        id=stored.sk,
        names=stored.names,
        short_names=stored.short_names,
        addresses=stored.addresses,
        ward=stored.ward,
        pin=stored.pin,
        latitude=float(stored.latitude),
        longitude=float(stored.longitude),
        phone=stored.phone,
        publisher=stored.publisher or "",
        opened=frozenset(stored.opened),
    )


def session_from(item: Raw) -> Session:
    """A stored session (or the session on a board)."""
    stored = SessionItem.from_raw_data(item)
    try:
        return Session(
            id=stored.id,
            centre=stored.centre,
            day=date.fromisoformat(stored.day),
            vaccine=stored.vaccine,
            doses=tuple(map(int, stored.doses)),
            fee=int(stored.fee),
            life=Life(stored.life),
            batch=stored.batch,
            slots=tuple(
                Slot(id_, time.fromisoformat(start), time.fromisoformat(end), capacity)
                for id_, start, end, capacity in json.loads(stored.slots)
            ),
            **_more_from(json.loads(stored.more)),
        )
    except (TypeError, ValueError) as error:
        raise Unusable(f"a stored session that cannot be read: {error}") from error


def _session_facts(session: Session) -> dict[str, Any]:
    slots = [
        [slot.id, slot.start.isoformat("minutes"), slot.end.isoformat("minutes"), slot.capacity]
        for slot in session.slots
    ]
    return {
        "id": session.id,
        "centre": session.centre,
        "day": session.day.isoformat(),
        "vaccine": session.vaccine,
        "doses": "".join(map(str, session.doses)),
        "fee": session.fee,
        "life": str(session.life),
        "batch": session.batch,
        "slots": json.dumps(slots, separators=(",", ":")),
        "more": json.dumps(_more(session), separators=(",", ":"), sort_keys=True),
    }


def _more(session: Session) -> dict[str, Any]:
    """What most sessions do without; what is not so is left out."""
    more = {
        "ages": session.ages,
        "walk_in": session.walk_in,
        "opens": session.opens and session.opens.isoformat(),
        "draw": session.draw,
        "drawn": session.drawn,
        "paused": session.paused,
        "moved": session.moved and session.moved.isoformat(),
    }
    return {name: value for name, value in more.items() if value}


def _more_from(more: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(more)
    if "ages" in made:
        made["ages"] = tuple(made["ages"])
    for moment in ("opens", "moved"):
        if moment in made:
            made[moment] = datetime.fromisoformat(made[moment])
    return made


def _stands(facts: Mapping[str, Any]) -> Condition:
    """The condition that an item has these facts."""
    conditions: list[Condition] = [Path(name) == value for name, value in sorted(facts.items())]
    return reduce(and_, conditions)


def _board_row(item: Raw) -> BoardRow:
    session = session_from(item)
    free = BoardItem.from_raw_data(item).free
    return BoardRow(session, {slot: int(places) for slot, places in free.items()})


def draw_from(item: Raw) -> Draw:
    """A stored draw."""
    stored = DrawItem.from_raw_data(item)
    return Draw(
        id=stored.sk,
        opens=datetime.fromisoformat(stored.opens),
        closes=datetime.fromisoformat(stored.closes),
        commitment=stored.commitment,
        seed=stored.seed or "",
    )


def _opening(item: Raw) -> Opening:
    stored = OpeningItem.from_raw_data(item)
    at, id_ = keys.moment_of(stored.sk)
    return Opening(id_, at_the_desk(at), stored.centre, tuple(stored.sessions.split()), stored.draw or "")


def _news(item: Raw) -> News:
    stored = NewsItem.from_raw_data(item)
    return News(stored.sk, stored.what, stored.session, date.fromisoformat(stored.was_day), stored.was_centre)


def _news_item(news: News) -> NewsItem:
    return NewsItem(
        keys.NEWS,
        news.id,
        what=news.what,
        session=news.session,
        was_day=news.was_day.isoformat(),
        was_centre=news.was_centre,
        ends=int((datetime.combine(news.was_day, time(), KOLKATA) + SESSIONS_KEPT).timestamp()),
    )


def _publisher(item: Raw) -> Publisher:
    stored = PublisherItem.from_raw_data(item)
    return Publisher(stored.sk, stored.name, stored.private, stored.key_hash or "")


def _area(item: Raw) -> Area:
    stored = AreaItem.from_raw_data(item)
    try:
        names = tuple(Locality(*each) for each in json.loads(stored.localities))
        english, bengali, hindi = json.loads(stored.refer) if stored.refer else ("", "", "")
        refer = (english, bengali, hindi) if stored.refer else None
        return Area(stored.sk, Served(stored.served), names, float(stored.latitude), float(stored.longitude), refer)
    except (TypeError, ValueError) as error:
        raise Unusable(f"a stored PIN area that cannot be read: {error}") from error
