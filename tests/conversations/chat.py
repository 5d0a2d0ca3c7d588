"""Plays a chat written down as text against the real engine and writes down what the desk answers.

A chat file reads like the chat itself. What the citizen does is marked; everything else is the desk's words:

    > Hi                        typed
    > [বাংলা]                   tapped, by what is written on it
    > 📷 ABC1234567             a photo, with its caption
    > 📍 22.5110, 88.3650       a shared location
    > 🎤 voice                  anything odd: voice, sticker, contact, video
    > 📇 scans the QR           the text that the newest booking's QR types
    > 🔢 types the code         the secret code of the newest booking
    ~ the slot fills up         something happens outside (see ``Chat.happen``)

``pytest tests/conversations --rewrite`` writes the desk's words anew; then they are read, and the diff is the review.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import timedelta

from local.transcript import chat_text
from seba.conversation import alerts, shopkeeper
from seba.conversation.engine import Turn, sorry, turn
from seba.conversation.heard import Answered, Heard, Located, Odd, Outcome, Pictured, Said, Tapped
from seba.conversation.say import (
    Ask,
    Enlist,
    EnterDraw,
    FetchProof,
    ForgetShopper,
    Later,
    Leave,
    LookUp,
    Option,
    OrderRequest,
    Request,
    Say,
    Tend,
    Typing,
)
from seba.conversation.step import do_id
from seba.conversation.talk import Talk
from seba.domain.ids import spoken_reference
from seba.domain.orders import Order
from seba.domain.wishes import Entry
from seba.whatsapp.outgoing import Recipient
from seba.whatsapp.render import render
from tests.conversations.trade import CUSTOMER, Answer, Trade
from tests.conversations.world import KEYS, SERVICE, RenderingFacts, World

ODD = {"🎤": "voice", "🎭": "sticker", "👤": "contact", "🎬": "video"}


@dataclass
class Chat:
    """One phone and the desk."""

    world: World = field(default_factory=World)
    talk: Talk = field(default_factory=lambda: Talk(profile_name="Rita Das"))
    lines: list[str] = field(default_factory=list[str])
    tappable: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Everything ever offered: (what is written on it, its id), newest last; old bubbles stay on the phone."""
    billed: int = 0
    steps: set[str] = field(default_factory=set[str])
    says: list[tuple[Say, Talk]] = field(default_factory=list[tuple[Say, Talk]])
    orders_then: list[dict[str, Order]] = field(default_factory=list[dict[str, Order]])
    """Orders as they stood when each of ``says`` was said."""
    later: list[Later] = field(default_factory=list[Later])
    fetched: list[FetchProof] = field(default_factory=list[FetchProof])
    waiting: Request | None = None
    hold: bool = False
    """The booking room does not answer yet."""
    wrong_person: bool = False
    phones: dict[str, tuple[Talk, list[tuple[str, str]]]] = field(
        default_factory=dict[str, tuple[Talk, list[tuple[str, str]]]]
    )
    """Phones laid aside, by centre; the citizen's under the empty name."""
    requests: int = 0
    roster: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Booking id → (person number, standing)."""
    line: dict[str, Entry] = field(default_factory=dict[str, Entry])
    """Who is in line, by person's number."""
    entered: list[EnterDraw] = field(default_factory=list[EnterDraw])
    given_back: list[str] = field(default_factory=list[str])
    trade: Trade = field(init=False)
    unheard: list[Answer] = field(default_factory=list[Answer])
    """What the order room has to say to phones that nobody has taken up yet."""
    bubbles: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """What came on phones that lie on the table."""

    def __post_init__(self) -> None:
        self.trade = Trade(self.world)

    def play(self, line: str) -> None:
        """One line of the citizen's, or something that happens."""
        self.lines.append(line)
        if line.startswith("~ "):
            self.happen(line[2:].strip())
        else:
            self.hear(self.heard(line.removeprefix("> ")))

    def heard(self, said: str) -> Heard:
        """What a line of the citizen's means."""
        sign, _, rest = said.partition(" ")
        if said.startswith("[") and said.endswith("]"):
            label = said[1:-1]
            found = [id_ for title, id_ in self.tappable if title == label]
            if not found:
                raise AssertionError(f"nothing on the phone reads [{label}]; there is {self.tappable[-12:]}")
            return Tapped(found[-1])
        if sign == "📇":
            return Said(f"SEBA {spoken_reference(self.newest_booking())}")
        if sign == "🔢":
            if self.talk.shop_of is not None:
                return Said(self.trade.code(self.trade.newest))
            return Said(KEYS.secret_code(self.newest_booking()))
        if sign == "📷":
            return Pictured("media-1", "image/jpeg", rest)
        if sign == "📄":
            return Pictured("media-2", rest or "application/msword")
        if sign == "📍":
            latitude, _, longitude = rest.partition(",")
            return Located(float(latitude), float(longitude))
        if sign in ODD:
            return Odd(ODD[sign])
        return Said(said)

    def hear(self, heard: Heard) -> None:
        """One turn, and the booking room's answer where it is asked."""
        try:
            self.apply(turn(self.talk, heard, self.world))
        except CardElsewhere:
            self.apply(turn(self.talk, Answered("", Outcome.CARD_TAKEN), self.world))
        if self.waiting is not None and not self.hold:
            request, self.waiting = self.waiting, None
            self.apply(turn(self.talk, self.answer(request), self.world))
        self.hear_orders()

    def apply(self, made: Turn) -> None:
        """Carry out a turn as the services do."""
        if made.keep is not None and self.wrong_person:
            self.wrong_person = False
            raise CardElsewhere
        self.talk = made.talk
        self.steps.add(made.talk.step)
        messages = [act for act in made.acts if isinstance(act, Say)]
        assert len(messages) <= 1, f"one message per turn, not {[say.key for say in messages]}"
        for act in made.acts:
            match act:
                case Say():
                    self.show(act)
                case Request(ask=Ask.RELEASE):
                    self.roster.pop(act.booking, None)
                case Request(ask=Ask.DECLINE):
                    self.roster.pop(act.booking, None)
                    self.given_back.append(act.booking)
                case Enlist(entry=entry):
                    self.line[entry.person] = entry
                case Leave(person=person):
                    self.line.pop(person, None)
                case EnterDraw():
                    self.entered.append(act)
                case OrderRequest():
                    self.unheard += self.trade.answer(act, self.phone)
                case Tend():
                    self.trade.tend(act)
                case ForgetShopper() | LookUp():
                    pass
                case Request():
                    self.requests += 1
                    self.talk = self.talk.with_(pending=replace(self.talk.pending, request=f"r{self.requests}"))  # type: ignore[type-var]  # a request makes it pending
                    self.waiting = act
                case FetchProof():
                    self.fetched.append(act)
                case Later():
                    self.later.append(act)
                case Typing():
                    self.lines.append("  (typing…)")

    @property
    def phone(self) -> str:
        """Whose phone is in hand, as the order room knows it."""
        return self.talk.shop_of or CUSTOMER

    def hear_orders(self) -> None:
        """What the order room has for anybody: at once for phones on the table, shown when one is in hand."""
        here = self.talk.desk_of or self.talk.shop_of or ""
        while ready := [each for each in self.unheard if self.key_of(each[0]) in {here, *self.phones}]:
            self.unheard = [each for each in self.unheard if each not in ready]
            for to, answer in ready:
                if self.key_of(to) == here:
                    self.hear_order(answer)
                else:
                    self.elsewhere(self.key_of(to), answer)

    @staticmethod
    def key_of(to: str) -> str:
        """Under which name a phone lies on the table."""
        return "" if to == CUSTOMER else to

    def hear_order(self, answer: Answered) -> None:
        """One answer of the order room, on the phone in hand."""
        if answer.outcome is Outcome.JOINED:
            self.talk = self.talk.with_(shop_of=answer.details["shop"])
        self.apply(turn(self.talk, answer, self.world))

    def elsewhere(self, phone: str, answer: Answered) -> None:
        """The same on a phone that lies on the table: its bubbles are seen when it is taken up."""
        mine = (self.talk, self.tappable, self.lines)
        self.talk, self.tappable = self.phones[phone]
        self.lines = self.bubbles.setdefault(phone, [])
        self.hear_order(answer)
        self.phones[phone] = (self.talk, self.tappable)
        self.talk, self.tappable, self.lines = mine

    def show(self, say: Say) -> None:
        """The bubble as the citizen sees it, and what can be tapped on it."""
        rendered = render(
            say,
            talk=self.talk,
            facts=RenderingFacts(self.world),
            service=SERVICE,
            keys=KEYS,
            today=self.world.now.date(),
        )
        assert not rendered.cut, f"too long for WhatsApp in {self.talk.language}: {rendered.cut}"
        payload = rendered.message.payload(Recipient(phone="0"))
        self.lines += [f"  {line}" for line in unicodedata.normalize("NFC", chat_text(payload)).splitlines()]
        self.says.append((say, self.talk))
        self.orders_then.append(dict(self.world.orders))
        self.billed += 1
        action = payload.get("interactive", {}).get("action", {})
        for button in action.get("buttons", ()):
            self.tappable.append((nfc(button["reply"]["title"]), button["reply"]["id"]))
        for section in action.get("sections", ()):
            for row in section["rows"]:
                self.tappable.append((nfc(row["title"]), row["id"]))
                if row.get("description"):
                    self.tappable.append((nfc(f"{row['title']} — {row['description']}"), row["id"]))

    def answer(self, request: Request) -> Answered:
        """A booking room in memory: one roster, decided at once."""
        assert self.talk.pending is not None
        id_ = self.talk.pending.request
        match request.ask:
            case Ask.BOOK | Ask.MOVE:
                if request.slot in self.world.closed:
                    return Answered(id_, Outcome.CLOSED)
                if self.world.room(request.slot) <= 0:
                    self.world.unseen.discard(request.slot)
                    return Answered(id_, Outcome.FULL)
                booking = KEYS.booking(request.slot, id_)
                self.world.taken[request.slot] = self.world.taken.get(request.slot, 0) + 1
                self.roster[booking] = (request.person, "b")
                if request.ask is Ask.BOOK:
                    return Answered(id_, Outcome.BOOKED, booking)
                self.roster.pop(request.booking)
                return Answered(id_, Outcome.MOVED, booking)
            case Ask.TAKE:
                if self.roster.get(request.booking, ("", ""))[1] != "h":
                    return Answered(id_, Outcome.LAPSED, request.booking)
                self.roster[request.booking] = (request.person, "b")
                return Answered(id_, Outcome.BOOKED, request.booking, {"dose": str(request.dose)})
            case Ask.CANCEL:
                if self.roster.get(request.booking, ("", "g"))[1] != "b":
                    return Answered(id_, Outcome.LOCKED, request.booking)
                self.roster.pop(request.booking)
                self.world.taken[request.slot] -= 1
                return Answered(id_, Outcome.CANCELLED, request.booking)
            case Ask.CHECK:
                if request.booking not in self.roster:
                    return Answered(id_, Outcome.UNKNOWN, request.booking)
                known = {
                    "name": "text:রীতা দাস",
                    "vaccine": "vaccine:covishield",
                    "dose": "dose:2",
                    "id_type": "card:voter",
                    "last4": "text:4567",
                }
                return Answered(
                    id_, Outcome.FOUND, request.booking, {**known, "standing": self.roster[request.booking][1]}
                )
            case Ask.GIVEN:
                if request.code != KEYS.secret_code(request.booking):
                    return Answered(id_, Outcome.WRONG_CODE, request.booking)
                self.roster[request.booking] = ("1", "g")
                return Answered(id_, Outcome.GIVEN, request.booking, {"name": "text:রীতা দাস"})
            case Ask.NOT_COME:
                self.roster[request.booking] = ("1", "n")
                return Answered(id_, Outcome.ABSENT, request.booking, {"name": "text:রীতা দাস"})
            case other:
                raise AssertionError(f"the booking room of the transcripts knows no {other}")

    def happen(self, what: str) -> None:
        """Something outside the chat, in the words of the chat files."""
        if (answers := self.trade.happen(what.split())) is not None:
            self.unheard += answers
            self.hear_orders()
            return
        match what.split():
            case ["the", "desk", "is", "a", "shop"]:
                self.world.errands = ("shop",)
            case ["the", "desk", "gives", "doses", "and", "sells"]:
                self.world.errands = ("second-dose", "shop")
            case ["payment", "is", "set", "up"]:
                self.world.pays_online = True
            case ["the", "shop's", "phone"]:
                self.change_phone("", shop="3F8KQ")
            case ["the", "hawker's", "phone"]:
                self.change_phone("", shop="8H2MX")
            case ["the", "morning", "question", "comes"]:
                self.show(shopkeeper.morning(self.talk.shop_of or ""))
            case ["the", "shop", "has", "many", "goods"]:
                stock = self.world.stock("3F8KQ")
                more = {f"Z{number:02}": 1000 for number in range(shopkeeper.FEW_GOODS)}
                self.world.stocks["3F8KQ"] = replace(stock, prices={**stock.prices, **more})
            case ["the", "shop", "is", "closed"]:
                self.world.stocks["3F8KQ"] = replace(self.world.stock("3F8KQ"), opened=None)
            case ["everything", "fills", "up"]:
                self.world.taken = {slot.id: slot.capacity for s in self.world.sessions.values() for slot in s.slots}
            case ["ward", number, "fills", "up"]:
                for session in self.world.sessions.values():
                    if session.centre == f"ward-{number}":
                        self.world.taken |= {slot.id: slot.capacity for slot in session.slots}
            case ["the", "offered", "slot", "fills", "up"]:
                self.fill(self.offered_slot())
            case ["time", number, "of", "the", "list", "fills", "up"]:
                self.fill(self.offered_slots()[int(number) - 1])
            case ["time", number, "of", "the", "list", "closes"]:
                self.world.closed.add(self.offered_slots()[int(number) - 1])
            case ["the", "profile", "has", "no", "name"]:
                self.talk = self.talk.with_(profile_name=None)
            case ["the", "desk's", "phone", "of", centre]:
                self.change_phone(f"ward-{centre}")
            case ["the", "citizen's", "phone"]:
                self.change_phone("")
            case ["the", "list", "of", "the", "day", "comes"]:
                about = f"{self.talk.desk_of}/2026-11-24/1"
                params = {"centre": f"centre:{self.talk.desk_of}", "day": "date:2026-11-24", "count": "count:1"}
                got = Option(do_id("got_list", about), "word:got_list")
                self.show(Say("day_list", params, buttons=(got,), document="2026-11-24/ward-68-1.pdf"))
            case ["the", "offered", "slot", "closes"]:
                self.world.closed.add(self.offered_slot())
            case ["the", "booking", "room", "is", "slow"]:
                self.hold = True
            case ["the", "booking", "room", "is", "busy"]:
                assert self.talk.pending is not None
                self.apply(turn(self.talk, Answered(self.talk.pending.request, Outcome.BUSY), self.world))
            case ["the", "booking", "room", "answers"]:
                self.hold = False
                assert self.waiting is not None
                request, self.waiting = self.waiting, None
                self.apply(turn(self.talk, self.answer(request), self.world))
            case ["the", "card", "is", "known", "from", "another", "number"]:
                self.wrong_person = True
            case ["the", "centre", "gives", "the", "dose"]:
                booking = self.talk.live_appointments()[0].booking
                self.roster[booking] = (self.roster[booking][0], "g")
                self.apply(turn(self.talk, Answered("", Outcome.GIVEN, booking), self.world))
            case ["the", "centre", "marks", "it", "as", "given", "unseen"]:
                booking = self.talk.live_appointments()[0].booking
                self.roster[booking] = (self.roster[booking][0], "g")
            case ["something", "fails", "on", "our", "side"]:
                self.apply(sorry(self.talk))
            case ["there", "are", "no", "sessions"]:
                self.world.sessions = {}
            case ["the", "desk", "registers"]:
                self.world.errands = ("register",)
            case ["an", "opening", "is", "announced"]:
                self.world.announce()
            case ["a", "draw", "is", "announced"]:
                self.world.announce(draw=True)
            case ["there", "is", "room", "again"]:
                self.world.taken = {}
            case ["the", "alert", "comes"]:
                session, slot = self.world.first_open()
                self.show(alerts.places_open(min(self.talk.people), session, slot, self.world.room(slot.id)))
            case ["the", "alerted", "slot", "fills", "up"]:
                self.fill(next(id_.rpartition(".")[2] for _, id_ in reversed(self.tappable) if "~want~" in id_))
            case ["the", "alert", "of", "the", "draw", "comes"]:
                self.show(alerts.draw_open(min(self.talk.people), self.world.draws["D1"], "ward-68"))
            case ["a", "place", "is", "held"]:
                self.hold_a_place()
            case ["the", "hold", "lapses"]:
                booking = self.newest_booking()
                self.roster.pop(booking, None)
                self.news(Outcome.LAPSED, booking, {"person": "1"})
            case ["the", "hold", "is", "over", "unseen"]:
                self.roster.pop(self.newest_booking())
            case ["the", "draw", "is", "won"]:
                drawn = self.entered[-1].choices[0]
                booking = KEYS.booking(drawn, "drawn")
                self.roster[booking] = ("1", "b")
                won = {"person": "1", "dose": str(self.talk.wishes["1"].dose), "rules": "", "lot": "lot:7M4QK2X9"}
                self.news(Outcome.WON, booking, won)
            case ["the", "drawn", "place", "is", "gone"]:
                self.news(Outcome.NOT_GIVEN, "", {"person": "1"})
            case ["the", "draw", "is", "lost"]:
                self.show(alerts.draw_lost("1", "7M4QK2X9", 12, 480, 160))
            case ["the", "wish", "came", "too", "late"]:
                self.show(alerts.draw_missed("1", self.world.draws["D1"]))
            case ["the", "draw", "closes"]:
                self.world.now = self.world.draws["D1"].closes + timedelta(minutes=5)
            case ["the", "draw", "is", "made"]:
                self.world.draws["D1"] = replace(self.world.draws["D1"], seed="00")
            case ["the", "session", "is", "moved"]:
                self.move_session()
            case ["the", "session", "is", "cancelled"]:
                booking = self.talk.live_appointments()[0].booking
                self.roster.pop(booking)
                self.news(Outcome.CALLED_OFF, booking, {"person": "1"})
            case ["it", "takes", "long"]:
                assert self.talk.pending is not None
                said = Answered(self.talk.pending.request, Outcome.IN_LINE, details={"count": "count:320"})
                self.apply(turn(self.talk, said, self.world))
            case [minutes, "minutes", "pass"]:
                self.world.now += timedelta(minutes=int(minutes))
            case [days, "days", "pass"] | [days, "day", "passes"]:
                self.world.now += timedelta(days=int(days))
            case ["the", "step", "is", "of", "an", "older", "release"]:
                self.talk = self.talk.with_(step="gone_step")
            case _:
                raise AssertionError(f"the chat files know no '~ {what}'")

    def fill(self, slot: str) -> None:
        """Somebody else takes all that is left of a slot, and the board does not show it yet."""
        self.world.taken[slot] = self.world.taken.get(slot, 0) + self.world.room(slot)
        self.world.unseen.add(slot)

    def news(self, outcome: Outcome, booking: str, details: dict[str, str]) -> None:
        """Something that nobody asked for."""
        self.apply(turn(self.talk, Answered("", outcome, booking, details), self.world))

    def hold_a_place(self) -> None:
        """The booking room holds the first slot that suits the person in line."""
        (entry,) = self.line.values()
        slot = next(each.id for s in self.world.sessions.values() for each in s.slots if entry.suits(s, each))
        booking = KEYS.booking(slot, f"held {len(self.roster)}")
        self.roster[booking] = (entry.person, "h")
        until = (self.world.now + timedelta(minutes=10)).strftime("at:%Y-%m-%dT%H:%M")
        details = {"person": entry.person, "dose": str(entry.dose), "until": until, "rules": ""}
        self.news(Outcome.HELD, booking, details)

    def move_session(self) -> None:
        """The publisher moves the session of the newest booking by three days, to another centre."""
        booking = self.talk.live_appointments()[0]
        before = self.world.sessions[booking.slot[:5]]
        after = replace(before, day=before.day + timedelta(days=3), centre="ward-93", moved=self.world.now)
        self.world.sessions[before.id] = after
        was = {"person": "1", "was_day": f"date:{before.day}", "was_centre": f"centre:{before.centre}"}
        self.news(Outcome.SHIFTED, booking.booking, was)

    def offered_slot(self) -> str:
        """The slot of the newest button that books."""
        return next(id_.partition("book.")[2] for _, id_ in reversed(self.tappable) if "~book." in id_)

    def offered_slots(self) -> list[str]:
        """The slots of the newest message, in its order."""
        say, _ = self.says[-1]
        return [option.id.partition("book.")[2] for option in (*say.buttons, *say.rows) if "~book." in option.id]

    def change_phone(self, centre: str, shop: str = "") -> None:
        """Go on with another phone: a centre's desk, a shop's, or back to the citizen's."""
        here = self.talk.desk_of or self.talk.shop_of or ""
        self.phones[here] = (self.talk, self.tappable)
        fresh = Talk(language=self.citizen_language(), desk_of=centre or None, shop_of=shop or None)
        self.talk, self.tappable = self.phones.pop(centre or shop, (fresh, []))
        self.lines += self.bubbles.pop(centre or shop, [])
        self.hear_orders()

    def citizen_language(self) -> str | None:
        """The language of the citizen's phone: the desk of the transcripts speaks it too."""
        return self.phones[""][0].language

    def newest_booking(self) -> str:
        """The booking made last."""
        return list(self.roster)[-1]


class CardElsewhere(Exception):
    """The uniqueness of a card was refused by the storage."""


def nfc(text: str) -> str:
    """What is seen is compared in one form."""
    return unicodedata.normalize("NFC", text)
