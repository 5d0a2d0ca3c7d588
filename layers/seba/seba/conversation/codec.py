"""How a talk and what a turn brings about are written down: compact JSON, defaults left out, keys of one letter.

The same writing is used in the state item (storage) and in the bodies of the queues. A letter, once released, keeps its
meaning: what an older version wrote may be read days later. What a newer version wrote and this one does not know makes
a conversation begin anew, in its language and with its appointments, rather than fail.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from seba.conversation.records import Effect, parts_of_effect
from seba.conversation.say import (
    Act,
    Ask,
    Enlist,
    EnterDraw,
    FetchProof,
    ForgetShopper,
    Later,
    Leave,
    LookUp,
    Option,
    OrderAsk,
    OrderRequest,
    Request,
    Say,
    Tend,
    Typing,
)
from seba.conversation.talk import Pending, Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Unusable
from seba.domain.wishes import Days, Entry, Hours, Wish

Json = dict[str, object]
"""An object of parsed JSON."""

SAY_LETTERS: Final = {
    "key": "k", "params": "p", "buttons": "b", "rows": "r", "list_button": "l", "qr": "q", "pin": "i",
    "asks_location": "a", "document": "d", "template": "t", "booking": "o", "link": "U", "link_button": "u",
    "shop_pin": "I", "pay": "y", "paid": "Y", "order": "h",
}  # fmt: skip
REQUEST_LETTERS: Final = {
    "ask": "R", "slot": "s", "person": "p", "dose": "d", "booking": "b", "rules": "u", "code": "c", "centre": "e",
    "capacity": "n",
}  # fmt: skip
PROOF_LETTERS: Final = {"media": "F", "key": "k"}
LATER_LETTERS: Final = {"what": "L", "day": "d", "about": "a"}
TYPING_LETTERS: Final = {"message": "T"}
ENTRY_LETTERS: Final = {
    "person": "E", "dose": "d", "vaccine": "v", "pin": "p", "rank": "r", "centres": "c", "days": "D", "hours": "H",
    "most": "m", "earliest": "e", "born": "b", "offered": "o",
}  # fmt: skip
LEAVE_LETTERS: Final = {"person": "V", "dose": "d", "vaccine": "v", "pin": "p", "rank": "r"}
DRAW_LETTERS: Final = {"draw": "G", "person": "p", "overdue": "u", "choices": "c"}
ORDER_LETTERS: Final = {
    "ask": "O", "order": "o", "shop": "s", "code": "c", "codes": "C", "total": "t", "details": "d",
}  # fmt: skip
TEND_LETTERS: Final = {
    "shop": "S", "what": "w", "at": "a", "code": "c", "number": "n", "place": "p", "citizen": "z",
}  # fmt: skip
LOOK_UP_LETTERS: Final = {"order": "P"}
FORGET_LETTERS: Final = {"citizen": "X"}
TALK_LETTERS: Final = {
    "language": "l", "step": "s", "serial": "n", "answers": "a", "pending": "p", "appointments": "A", "wishes": "w",
    "homes": "h", "orders": "o", "stopped": "x", "heard_at": "t",
}  # fmt: skip
"""Field by field; a test holds that no field is missing. ``people``, ``profile_name`` and ``desk_of`` lie elsewhere."""


def dump(value: object) -> str:
    """JSON without a space; letters of every script as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def load(text: str | bytes) -> Json:
    """A JSON object. Raises Unusable for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Unusable("JSON, but no object")
    return value


# What a turn brings about.


def act_to_json(act: Act) -> Json:
    """An act as a JSON object; its kind shows in the first key."""
    match act:
        case Say():
            return _without_defaults(
                {
                    "k": act.key,
                    "p": dict(act.params),
                    "b": _options_to_json(act.buttons),
                    "r": _options_to_json(act.rows),
                    "l": act.list_button,
                    "q": act.qr,
                    "i": act.pin,
                    "a": int(act.asks_location),
                    "d": act.document,
                    "t": act.template,
                    "o": act.booking,
                    "U": act.link,
                    "u": act.link_button,
                    "I": act.shop_pin,
                    "y": act.pay,
                    "Y": act.paid,
                    "h": act.order,
                }
            )
        case Request():
            body = _without_defaults(
                {
                    "R": str(act.ask),
                    "s": act.slot,
                    "p": act.person,
                    "b": act.booking,
                    "u": act.rules,
                    "c": act.code,
                    "e": act.centre,
                    "n": act.capacity,
                }
            )
            return body if act.dose == Request.__dataclass_fields__["dose"].default else body | {"d": act.dose}
        case FetchProof():
            return {"F": act.media, "k": act.key}
        case Later():
            return _without_defaults({"L": act.what, "d": act.day.isoformat(), "a": act.about})
        case Typing():
            return {"T": act.message}
        case Enlist(entry=entry):
            return entry_to_json(entry)
        case Leave():
            body = {"V": act.person, "d": act.dose, "v": act.vaccine, "p": act.pin, "r": act.rank}
            return _without_defaults(body)
        case EnterDraw():
            return {"G": act.draw, "p": act.person, "u": int(act.overdue), "c": list(act.choices)}
        case OrderRequest():
            return _without_defaults(
                {
                    "O": str(act.ask),
                    "o": act.order,
                    "s": act.shop,
                    "c": act.code,
                    "C": list(act.codes),
                    "t": act.total,
                    "d": dict(act.details),
                }
            )
        case Tend():
            return _without_defaults(
                {
                    "S": act.shop,
                    "w": act.what,
                    "a": act.at.timestamp(),
                    "c": act.code,
                    "n": act.number,
                    "p": list(act.place or ()),
                    "z": act.citizen,
                }
            )
        case LookUp():
            return {"P": act.order}
        case ForgetShopper():
            return {"X": act.citizen}


def entry_to_json(entry: Entry) -> Json:
    """A person in line as a JSON object; also what the line's items hold."""
    return _without_defaults(
        {
            "E": entry.person,
            "d": entry.dose,
            "v": entry.vaccine,
            "p": entry.pin,
            "r": entry.rank,
            "c": list(entry.centres),
            "D": "" if entry.days is Days.ANY else str(entry.days),
            "H": "" if entry.hours is Hours.ANY else str(entry.hours),
            "m": entry.most,
            "e": "" if entry.earliest == date.min else entry.earliest.isoformat(),
            "b": entry.born or 0,
            "o": sorted(entry.offered),
        }
    )


def entry_from_json(body: Mapping[str, object]) -> Entry:
    """The person in line. Raises TypeError, ValueError."""
    earliest = _text(body, "e")
    return Entry(
        person=_text(body, "E"),
        dose=_whole(body.get("d", 0)),
        vaccine=_text(body, "v"),
        pin=_text(body, "p"),
        rank=_text(body, "r"),
        centres=_several(body.get("c", [])),
        days=Days(_text(body, "D") or Days.ANY),
        hours=Hours(_text(body, "H") or Hours.ANY),
        most=_whole(body.get("m", 0)),
        earliest=date.fromisoformat(earliest) if earliest else date.min,
        born=_whole(body.get("b", 0)) or None,
        offered=frozenset(_several(body.get("o", []))),
    )


def act_from_json(body: Mapping[str, object]) -> Act:
    """The act. Raises Unusable for what this version does not know."""
    try:
        if "R" in body:
            dose = body.get("d", Request.__dataclass_fields__["dose"].default)
            return Request(
                Ask(_text(body, "R")),
                _text(body, "s"),
                person=_text(body, "p"),
                dose=_whole(dose),
                booking=_text(body, "b"),
                rules=_text(body, "u"),
                code=_text(body, "c"),
                centre=_text(body, "e"),
                capacity=_whole(body.get("n", 0)),
            )
        if "F" in body:
            return FetchProof(_text(body, "F"), _text(body, "k"))
        if "L" in body:
            return Later(_text(body, "L"), date.fromisoformat(_text(body, "d")), _text(body, "a"))
        if "T" in body:
            return Typing(_text(body, "T"))
        if "E" in body:
            return Enlist(entry_from_json(body))
        if "V" in body:
            dose = _whole(body.get("d", 0))
            return Leave(_text(body, "V"), dose, _text(body, "v"), _text(body, "p"), _text(body, "r"))
        if "G" in body:
            overdue = bool(_whole(body.get("u", 0)))
            return EnterDraw(_text(body, "G"), _text(body, "p"), overdue, _several(body.get("c", [])))
        if "O" in body:
            return OrderRequest(
                OrderAsk(_text(body, "O")),
                order=_text(body, "o"),
                shop=_text(body, "s"),
                code=_text(body, "c"),
                codes=_several(body.get("C", [])),
                total=_whole(body.get("t", 0)),
                details=_texts(body.get("d", {})),
            )
        if "S" in body:
            return Tend(
                _text(body, "S"),
                _text(body, "w"),
                _instant(body.get("a", 0)),
                code=_text(body, "c"),
                number=_whole(body.get("n", 0)),
                place=_place(body.get("p", [])),
                citizen=_text(body, "z"),
            )
        if "P" in body:
            return LookUp(_text(body, "P"))
        if "X" in body:
            return ForgetShopper(_text(body, "X"))
        if "k" not in body:
            raise Unusable(f"no act with the keys {sorted(body)}")
        return Say(
            _text(body, "k"),
            params=_texts(body.get("p", {})),
            buttons=_options_from_json(body.get("b", [])),
            rows=_options_from_json(body.get("r", [])),
            list_button=_text(body, "l"),
            qr=_text(body, "q"),
            pin=_text(body, "i"),
            asks_location=bool(_whole(body.get("a", 0))),
            document=_text(body, "d"),
            template=_text(body, "t"),
            booking=_text(body, "o"),
            link=_text(body, "U"),
            link_button=_text(body, "u"),
            shop_pin=_text(body, "I"),
            pay=_text(body, "y"),
            paid=_text(body, "Y"),
            order=_text(body, "h"),
        )
    except (TypeError, ValueError) as error:
        raise Unusable(f"an act that cannot be read: {error}") from error


def write_act(act: Act) -> str:
    """An act as compact JSON."""
    return dump(act_to_json(act))


def read_act(text: str | bytes) -> Act:
    """The act in a compact JSON text. Raises Unusable for what this version does not know."""
    return act_from_json(load(text))


def write_effect(effect: Effect, at: datetime) -> str:
    """The body of a queue's message: the effect, its id and when it was queued."""
    return dump({"id": effect.id, "at": int(at.timestamp()), "act": act_to_json(effect.act)})


def read_effect(body: str) -> Effect:
    """The effect in the body of a queue's message. Raises Unusable for what this version does not know."""
    content = load(body)
    act = content.get("act")
    if not isinstance(act, dict):
        raise Unusable("a body without an act")
    try:
        id_ = _text(content, "id")
        parts_of_effect(id_)
    except (TypeError, ValueError) as error:
        raise Unusable(f"a body without an effect's id: {error}") from error
    return Effect(id_, act_from_json(act))


def _options_to_json(options: Sequence[Option]) -> list[str]:
    """Id and label of each, in one flat list."""
    return [part for option in options for part in (option.id, option.label)]


def _options_from_json(parts: object) -> tuple[Option, ...]:
    if not isinstance(parts, list) or len(parts) % 2 or not all(isinstance(part, str) for part in parts):
        raise Unusable("options are pairs of texts")
    return tuple(Option(parts[i], parts[i + 1]) for i in range(0, len(parts), 2))


# Talks.


def write_talk(talk: Talk) -> str:
    """The stored state as compact JSON; times are kept to the second."""
    pending, heard_at = talk.pending, talk.heard_at
    return dump(
        _without_defaults(
            {
                "l": talk.language or "",
                "s": talk.step,
                "n": talk.serial,
                "a": dict(talk.answers),
                "p": [pending.request, pending.ask, pending.person, pending.slot, pending.then] if pending else [],
                "A": _appointments_to_json(talk.appointments),
                "h": dict(talk.homes),
                "w": {number: _wish_to_json(wish) for number, wish in talk.wishes.items()},
                "o": list(talk.orders),
                "x": int(talk.stopped),
                "t": int(heard_at.timestamp()) if heard_at else 0,
            }
        )
    )


def read_talk(text: str) -> Talk:
    """The talk in a stored state. What cannot be read is left out, field by field, and the conversation begins anew.

    The appointments are never among what is silently lost: if they cannot be read, Unusable is raised.
    """
    body = load(text)
    no_texts: dict[str, str] = {}
    no_appointments: tuple[Appointment, ...] = ()
    appointments = _part(body, "A", _appointments, no_appointments)
    if appointments is None:
        raise Unusable("appointments of a stored state cannot be read")
    language = _part(body, "l", _some_text, "")
    homes = _part(body, "h", _texts, no_texts)
    no_wishes: dict[str, Wish] = {}
    wishes = _part(body, "w", _wishes, no_wishes)
    no_orders: tuple[str, ...] = ()
    orders = _part(body, "o", _several, no_orders)
    stopped = _part(body, "x", _whole, 0)
    heard_at = _part(body, "t", _moment, None)
    step, serial = _part(body, "s", _some_text, ""), _part(body, "n", _whole, 0)
    answers, pending = _part(body, "a", _texts, no_texts), _part(body, "p", _pending, None)
    if step is None or serial is None or answers is None:
        step, answers, pending = "", {}, None
    return Talk(
        language=language or None,
        step=step,
        serial=serial or 0,
        answers=answers,
        pending=pending,
        appointments=appointments,
        homes=homes or no_texts,
        wishes=wishes or no_wishes,
        orders=orders or no_orders,
        stopped=bool(stopped),
        heard_at=heard_at,
    )


def _part[T](body: Json, letter: str, read: Callable[[object], T], default: T) -> T | None:
    """A part of a stored state: its default when it is not there, None when it cannot be read."""
    if letter not in body:
        return default
    try:
        return read(body[letter])
    except (TypeError, ValueError, OverflowError, OSError, Unusable):
        return None


def _appointments_to_json(appointments: Sequence[Appointment]) -> list[list[object]]:
    """Person, dose, booking, day as a number, rules (0: as of the one before), standing unless booked.

    Six people with an appointment each is what makes a state large.
    """
    written: list[list[object]] = []
    rules: str | None = None
    for each in appointments:
        day = int(each.day.strftime("%Y%m%d"))
        standing = [] if each.standing is Standing.BOOKED else [str(each.standing)]
        same = each.rules == rules
        written.append([each.person, each.dose, each.booking, day, 0 if same else each.rules, *standing])
        rules = each.rules
    return written


def _appointments(value: object) -> tuple[Appointment, ...]:
    if not isinstance(value, list):
        raise TypeError("appointments are a list")
    read: list[Appointment] = []
    for person, dose, booking, day, rules, *standing in value:
        read.append(
            Appointment(
                _some_text(person),
                _whole(dose),
                _some_text(booking),
                date.fromisoformat(str(_whole(day))),
                read[-1].rules if rules == 0 and read else _some_text(rules),
                Standing(*standing) if standing else Standing.BOOKED,
            )
        )
    return tuple(read)


def _wish_to_json(wish: Wish) -> list[object]:
    """Dose, since, days + hours + draw, and behind them only what was said: the most to pay, centres."""
    written: list[object] = [wish.dose, int(wish.since.timestamp()), f"{wish.days}{wish.hours}{wish.draw}"]
    if wish.most or wish.centres:
        written += [wish.most, *wish.centres]
    return written


def _wishes(value: object) -> dict[str, Wish]:
    if not isinstance(value, dict):
        raise TypeError("wishes are an object")
    return {_some_text(number): _wish(parts) for number, parts in value.items()}


def _wish(parts: object) -> Wish:
    if not isinstance(parts, list):
        raise TypeError("a wish is a list")
    dose, since, when, *more = parts
    most, *centres = more or [0]
    text = _some_text(when)
    where, most_paid = tuple(map(_some_text, centres)), _whole(most)
    return Wish(_whole(dose), _moment(since), where, Days(text[:1]), Hours(text[1:2]), most_paid, text[2:])


def _pending(value: object) -> Pending | None:
    if not isinstance(value, list):
        raise TypeError("a pending request is a list")
    return Pending(*(_some_text(part) for part in value)) if value else None


def _moment(value: object) -> datetime:
    return datetime.fromtimestamp(_whole(value), KOLKATA)


def _instant(value: object) -> datetime:
    """A moment to the microsecond, unlike those of a state."""
    if not isinstance(value, (int, float)):
        raise TypeError(f"a moment is expected, not {value!r}")
    return datetime.fromtimestamp(value, KOLKATA)


def _place(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list):
        raise TypeError("a place is a list")
    if not value:
        return None
    latitude, longitude = map(float, value)
    return latitude, longitude


# Values.


def _without_defaults(body: Json) -> Json:
    """Empty texts, lists, objects and zeros are the defaults; what is left out is read back as them."""
    return {letter: value for letter, value in body.items() if value or letter == "k"}


def _text(body: Mapping[str, object], letter: str) -> str:
    return _some_text(body.get(letter, ""))


def _some_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text is expected, not {value!r}")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a whole number is expected, not {value!r}")
    return value


def _several(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"a list is expected, not {value!r}")
    return tuple(map(_some_text, value))


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError(f"an object is expected, not {value!r}")
    return {_some_text(key): _some_text(each) for key, each in value.items()}
