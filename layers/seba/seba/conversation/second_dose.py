"""The errand "second dose": from the consent to the booked slot, one step per question, in the citizen's order.

Answers under way, by short key: ``w`` the person's number, ``for`` me or other, ``n`` name, ``v`` vaccine, ``d`` first
dose (ISO date), ``x`` when only its month is known, ``m`` the month and week being tapped, ``ds`` days to choose from,
``p`` the photo's key, ``s.<card>`` a sealed number and its last four while its type is open, ``pin`` a home to
confirm, ``ps`` areas to choose from, ``at`` where the citizen is now, ``c`` the centre looked at, ``sl`` the slot
read back, ``pg`` the page of a list, ``f`` the slot that was full and ``why``, ``old`` the booking to move, ``b`` the
booking in hand, ``back`` the step to return to. ``e`` is ``r`` within the errand "register", ``k`` the dose needed,
``y`` the year of birth.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import override

from seba.conversation.desk import Desk
from seba.conversation.heard import Heard, Located, Pictured, Said
from seba.conversation.say import Ask, FetchProof, Keep, Later, Option, Request, Say
from seba.conversation.standing import centre_of, may_change, of_booking, upcoming, upcoming_of, was_given
from seba.conversation.step import Again, Move, Next, Stay, Step, Wait, do_id, not_expected, word
from seba.conversation.talk import Talk
from seba.conversation.waiting import earliest_for, join, next_dose
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import at_the_desk
from seba.domain.dates import (
    Ambiguous,
    BengaliCalendar,
    Day,
    Month,
    NoDate,
    NotADate,
    OutOfRange,
    days_in_part,
    end_of_month,
    months_back,
    parts_of_month,
    read_date,
    safe_day,
)
from seba.domain.identity_cards import (
    CardFault,
    CardType,
    Several,
    check,
    find_numbers,
    last_four,
    named,
    normalise,
    recognise,
)
from seba.domain.ids import session_of
from seba.domain.names import read_name
from seba.domain.offers import Wanted, last_bookable_day, nearest_offers, times_at
from seba.domain.people import PERSON_NUMBERS, Person
from seba.domain.places import Area, Candidates, Home, Served, distance, read_pin
from seba.domain.rules import Dose
from seba.domain.sessions import OpenSlot
from seba.messages.catalogue import read_command

REGISTER = "r"
"""The mode (answer ``e``) of the errand "register": the same questions, but for whoever waits for places to come."""
ROWS = 10
"""Rows in all that a list may have (WhatsApp)."""
MOST_BUTTONS = 3
SHAPELESS = (CardType.PENSION_BOOK, CardType.NPR_CARD)
"""Cards whose numbers may look like anything."""
FEWEST_DIGITS = 4
FARTHEST_HOME = 15_000
"""Metres from the middle of the nearest PIN area: a location beyond belongs to none that the desk knows."""
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
REMIND_BEFORE = timedelta(days=7)
"""Who asked to be reminded hears a week before the earliest day: there is still a choice of places then."""
NO_VACCINE_BEFORE = date(2021, 1, 16)
"""Vaccination in India began on this day."""


# ── Who it is for ────────────────────────────────────────────────────────────────────────────────────────────────────


def start(talk: Talk, desk: Desk) -> Move:
    """Where the errand begins: at the live bookings, at the people known, or at the consent."""
    live = upcoming(talk, desk)
    if len(live) == 1:
        return Next("booking", {"b": live[0].booking})
    if live:
        return Next("bookings")
    return Next("who") if talk.people else Next("consent")


class Who(Step):
    """Someone comes back: for whom is it this time?"""

    id = "who"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        served = {a.person for a in talk.appointments if a.standing == Standing.GIVEN}
        numbers = sorted(talk.people, key=lambda number: (number in served, number))
        if not room_for_one_more(talk, desk):
            rows = tuple(Option(number, f"person_row:{number}") for number in numbers)
            params = {"count": f"count:{len(numbers)}"}
            return Say("too_many_people", params, rows=(*rows, word("other_work")), list_button="choose_person")
        others = (word("new_person"), word("other_work"))
        key = "welcome_back_register" if is_registering(talk) else "welcome_back"
        if len(numbers) == 1:
            return Say(key, buttons=(Option(numbers[0], f"name:{numbers[0]}"), *others))
        people = tuple(Option(number, f"person_row:{number}") for number in numbers)
        return Say(key, rows=people + others, list_button="choose_person")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        match option:
            case "other_work":
                return Next("menu")
            case "new_person":
                return new_person(talk, desk)
            case number if number in talk.people:
                return for_person(talk, desk, number)
            case _:
                return Again("tap_or_type")


def room_for_one_more(talk: Talk, desk: Desk) -> bool:
    """Whether the rules in force allow this number another person."""
    return len(talk.people) < desk.rules.people_per_number(at_the_desk(desk.now).date())


def new_person(talk: Talk, desk: Desk, *, other: bool = False) -> Move:
    """One more person, unless the number has its six; ``other`` when it is said already that it is someone else."""
    if not room_for_one_more(talk, desk):
        return Again("too_many_people", {"count": f"count:{len(talk.people)}"})
    return Next("consent", {**mode(talk, desk), **({"for": "other"} if other else {})})


def for_person(talk: Talk, desk: Desk, number: str) -> Move:
    """A known person wants a place: show what stands already, or the nearest offer."""
    dose = next_dose(talk.people[number])
    if dose not in doses_booked(desk) or was_given(talk, number, dose):
        return Again("dose_given_already", {"name": f"name:{number}"})
    if (booking := upcoming_of(talk, desk, number, dose)) is not None:
        return Next("booking", {"b": booking.booking})
    to = "where" if number not in talk.homes else "registered" if is_registering(talk) else "offer"
    return Next(to, {"w": number, **mode(talk, desk)})


def is_registering(talk: Talk) -> bool:
    """Whether the errand under way is to register, rather than to book at once."""
    return talk.answers.get("e") == REGISTER


def mode(talk: Talk, desk: Desk) -> dict[str, str]:
    """The answer that says which errand goes on: the one under way, or the only one this desk has."""
    only = "register" in desk.errands and "second-dose" not in desk.errands
    return {"e": REGISTER} if only or is_registering(talk) else {}


def doses_booked(desk: Desk) -> tuple[int, ...]:
    """The doses that this desk books: only the second, unless people register with it."""
    return tuple(Dose) if "register" in desk.errands else (Dose.SECOND,)


class Consent(Step):
    """What is kept and for how long; and for whom, in the same tap."""

    id = "consent"
    yes, no = ("yes_me", "yes_other"), ("no",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        key = "consent_register" if is_registering(talk) else "consent"
        if talk.answers.get("for") == "other":
            return Say(f"{key}_other", buttons=(word("yes_other", "yes_agreed"), word("no")))
        return Say(key, buttons=(word("yes_me"), word("yes_other"), word("no")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "no":
            return Next("no_consent")
        free = next((number for number in PERSON_NUMBERS if number not in talk.people), None)
        if free is None or not room_for_one_more(talk, desk):
            return Again("too_many_people", {"count": f"count:{len(talk.people)}"})
        return Next("name", {"w": free, "for": "me" if option == "yes_me" else "other"})


class NoConsent(Step):
    """Nothing is kept; the way back stays open."""

    id = "no_consent"
    yes = ("book_after_all",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Say("no_consent", buttons=(word("book_after_all"), word("need_help")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return (
            Stay(Say("help", buttons=self.ask(talk, desk).buttons))
            if option == "need_help"
            else Next("consent", mode(talk, desk))
        )


# ── Name, vaccine, first dose ────────────────────────────────────────────────────────────────────────────────────────


class Name(Step):
    """The name as it is on the card."""

    id = "name"
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        profile = read_name(talk.profile_name or "")
        if talk.answers.get("for") == "me" and profile is not None:
            return Say("ask_name", buttons=(Option("profile", f"text:{profile}"),))
        return Say("ask_name_of_other" if talk.answers.get("for") == "other" else "ask_name_plain")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return self.hear(talk, desk, Said(talk.profile_name or ""))

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if not isinstance(heard, Said):
            return not_expected(heard)
        name = read_name(heard.text)
        if name is None or read_command(heard.text) is not None:
            return Again("name_not_understood")
        return Next("dose" if is_registering(talk) else "vaccine", {"n": name})


class Vaccine(Step):
    """Which vaccine the first dose was: the second is of the same."""

    id = "vaccine"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        usual = (Option("covishield", "vaccine:covishield"), Option("covaxin", "vaccine:covaxin"))
        return Say("ask_vaccine", {"name": name_of(talk)}, buttons=(*usual, word("other_vaccine")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next("vaccine_other") if option == "other_vaccine" else Next("first_dose", {"v": option})


class VaccineOther(Step):
    """All vaccines by name, and where the name is written."""

    id = "vaccine_other"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        vaccines = desk.rules.vaccines_for_dose(Dose.SECOND, at_the_desk(desk.now).date())
        rows = tuple(Option(vaccine, f"vaccine:{vaccine}") for vaccine in vaccines)
        return Say("ask_vaccine_other", rows=rows, list_button="show_vaccines")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next("first_dose", {"v": option})


class DateStep(Step):
    """A question on the way to the first dose's day: a typed date answers any of them."""

    counts_options = False

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if isinstance(heard, Pictured):
            return Again("paper_not_read", example_dates(desk))
        if not isinstance(heard, Said):
            return not_expected(heard)
        today = at_the_desk(desk.now).date()
        match read_date(heard.text, today, earliest=NO_VACCINE_BEFORE, latest=today):
            case Day(date=day):
                return after_first_dose(talk, desk, day, exact=True)
            case Month(year=year, month=month):
                return Next("part", {"m": f"{year:04}-{month:02}"}, drop=("x",))
            case Ambiguous(candidates=reads):
                days = [safe_day(read).isoformat() for read in reads]
                return Next("which_day", {"ds": ",".join(days[:MOST_BUTTONS])})
            case NotADate(reason=NoDate.FORGOTTEN):
                return Next("months", {"x": "1"}, drop=("pg",))
            case OutOfRange():
                params = {"today": f"date:{today}", "before": dose_before(talk), **example_dates(desk)}
                return Again("date_out_of_range", params)
            case BengaliCalendar():
                return Again("date_bengali_calendar", example_dates(desk))
            case _:
                return Again("date_not_understood", example_dates(desk))


class FirstDose(DateStep):
    """The date of the first dose, typed; or by tapping month, part of month, day."""

    id = "first_dose"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        buttons = (word("show_months"), word("dont_remember"))
        params = {"name": name_of(talk), "before": dose_before(talk), **example_dates(desk)}
        return Say("ask_first_dose_date", params, buttons=buttons)

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next("months", {"x": "1"} if option == "dont_remember" else {}, drop=("pg", "x"))


class WhichDay(DateStep):
    """A word that may be two days ("কাল / कल"): which one is meant?"""

    id = "which_day"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        days = [day for day in talk.answers.get("ds", "").split(",") if day]
        shown = tuple(Option(day, f"day_of_month:{day}") for day in days[: MOST_BUTTONS - 1])
        return Say("which_day", buttons=(*shown, word("show_months")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "show_months":
            return Next("months", drop=("pg", "x", "ds"))
        return after_first_dose(talk, desk, date.fromisoformat(option), exact=True)


class Months(DateStep):
    """The months back from today; "don't remember" ends here with the month's last day, the safe one."""

    id = "months"
    SHOWN = ROWS - 1

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        page = int(talk.answers.get("pg", "0"))
        months = months_back(at_the_desk(desk.now).date(), (page + 1) * self.SHOWN)[page * self.SHOWN :]
        shown = [f"{m.year:04}-{m.month:02}" for m in months if end_of_month(m.year, m.month) >= NO_VACCINE_BEFORE]
        rows = tuple(Option(month, f"month:{month}") for month in shown)
        rows += (word("earlier_months"),) if len(shown) == self.SHOWN else ()
        key = "ask_month_only" if talk.answers.get("x") else "ask_month"
        params = {"name": name_of(talk), "before": dose_before(talk)}
        return Say(key, params, rows=rows, list_button="show_months")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "earlier_months":
            return Next("months", {"pg": str(int(talk.answers.get("pg", "0")) + 1)})
        if not talk.answers.get("x"):
            return Next("part", {"m": option}, drop=("pg",))
        return month_only(talk, desk, option)

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        today = at_the_desk(desk.now).date()
        if talk.answers.get("x") and isinstance(heard, Said):
            read = read_date(heard.text, today, earliest=NO_VACCINE_BEFORE, latest=today)
            if isinstance(read, Month):
                return month_only(talk, desk, f"{read.year:04}-{read.month:02}")
        return super().hear(talk, desk, heard)


class Part(DateStep):
    """Which week of the month."""

    id = "part"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        month = talk.answers["m"][:7]
        parts = parts_of_month(*year_and_month(month), latest=at_the_desk(desk.now).date())
        rows = tuple(Option(str(part.number), f"days:{part.first}:{part.last.day}") for part in parts)
        return Say("ask_part", {"month": f"month:{month}"}, rows=rows, list_button="show_days")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next("day", {"m": f"{talk.answers['m'][:7]}/{option}"})


class DayOfMonth(DateStep):
    """The day, from one week of the month."""

    id = "day"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        month, _, part = talk.answers["m"].partition("/")
        days = days_in_part(*year_and_month(month), int(part), latest=at_the_desk(desk.now).date())
        rows = tuple(Option(day.isoformat(), f"day_of_month:{day}") for day in days)
        return Say("ask_day", {"month": f"month:{month}"}, rows=rows, list_button="show_days")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return after_first_dose(talk, desk, date.fromisoformat(option), exact=True)


def month_only(talk: Talk, desk: Desk, month: str) -> Move:
    """The month alone: counted from its last day (or today), so nobody comes too early; the desk reads the paper."""
    last = min(end_of_month(*year_and_month(month)), at_the_desk(desk.now).date())
    return after_first_dose(talk, desk, last, exact=False)


def after_first_dose(talk: Talk, desk: Desk, day: date, *, exact: bool) -> Move:
    """The interval counts on the day of the appointment: too early is told with the first day that is not."""
    put = {"d": day.isoformat()} if exact else {"d": day.isoformat(), "x": "1"}
    drop = ("m", "ds", "pg") if not exact else ("m", "ds", "pg", "x")
    if is_registering(talk):
        return Next("card", put, drop)
    tomorrow = at_the_desk(desk.now).date() + timedelta(days=1)
    early = earliest_day(day, talk.answers["v"], desk) > tomorrow
    return Next("too_early" if early else "id_photo", put, drop)


class TooEarly(Step):
    """The earliest day, and whether to look for a place from then on."""

    id = "too_early"
    yes = ("show_places",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        earliest = earliest_day(date.fromisoformat(talk.answers["d"]), talk.answers["v"], desk)
        params = {
            "name": name_of(talk),
            "first_date": first_date(talk),
            "vaccine": f"vaccine:{talk.answers['v']}",
            "earliest": f"date:{earliest}",
        }
        if earliest > last_bookable_day(desk.now):
            return Say("too_early_far", params, buttons=(word("remind_me"), word("date_wrong")))
        return Say("too_early", params, buttons=(word("show_places"), word("remind_me"), word("date_wrong")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        match option:
            case "show_places":
                return Next("id_photo")
            case "date_wrong":
                return Next("first_dose")
            case "other_work":
                return Next("menu", {"back": self.id})
            case _:
                question = self.ask(talk, desk)
                earliest = earliest_day(date.fromisoformat(talk.answers["d"]), talk.answers["v"], desk)
                day = max(earliest - REMIND_BEFORE, at_the_desk(desk.now).date() + timedelta(days=1))
                rest = tuple(each for each in question.buttons if each.id != "remind_me")
                params = {**question.params, "day": f"date:{day}"}
                said = Say("reminder_set", params, buttons=(*rest, word("other_work")))
                return Stay(said, acts=(Later("remind", day, talk.answers["w"]),))


# ── Identity proof ───────────────────────────────────────────────────────────────────────────────────────────────────


class IdPhoto(Step):
    """A photo of the card that will be brought along; a number in its caption counts."""

    id = "id_photo"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        params = {"first_date": first_date(talk), "vaccine": f"vaccine:{talk.answers['v']}"}
        return Say("ask_id_proof", params, buttons=(word("date_wrong"), word("no_photo")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next("first_dose") if option == "date_wrong" else Next("id_number", drop=("p",))

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if isinstance(heard, Said) and find_numbers(heard.text):
            return Again("photo_first")
        if not isinstance(heard, Pictured):
            return not_expected(heard)
        return photo_sent(talk, desk, heard)


def photo_sent(talk: Talk, desk: Desk, photo: Pictured) -> Move:
    """Keep the photo; when its caption holds exactly one card number, that question is answered too."""
    if not is_picture(photo):
        return Again("photo_wrong_kind")
    key = f"{talk.answers['w']}-{talk.serial}"
    fetch = FetchProof(photo.media, key)
    numbers = find_numbers(photo.caption)
    if len(numbers) == 1:
        move = card_known(talk, desk, numbers[0].type, numbers[0].number, proof=key)
        return replace(move, acts=(fetch, *move.acts)) if isinstance(move, Next) else move
    return Next("id_number", {"p": key}, acts=(fetch,))


def is_picture(photo: Pictured) -> bool:
    """Whether this can be a photo of a card: a picture, or a PDF of one."""
    return photo.mime_type.partition(";")[0].strip().lower() in PICTURES


class IdNumber(Step):
    """The number on the card: only its keyed hash and its last four stay."""

    id = "id_number"
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        key = "ask_id_number" if talk.answers.get("p") else "ask_id_number_no_photo"
        return Say(key, buttons=(word("cannot_read"), word("need_help")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Again("help" if option == "need_help" else "where_is_the_number")

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if isinstance(heard, Pictured):
            return photo_sent(talk, desk, heard)
        if not isinstance(heard, Said):
            return not_expected(heard)
        found = find_numbers(heard.text)
        if len(found) == 1:
            return card_known(talk, desk, found[0].type, found[0].number, proof=talk.answers.get("p"))
        number = normalise(heard.text)
        match recognise(number):
            case None:
                return shapeless(talk, desk, heard.text, number)
            case Several(types=types):
                kind = named(heard.text)
                return checked(talk, desk, kind, number) if kind in types else which_card(desk, types, number)
            case kind:
                return checked(talk, desk, kind, number)


def checked(talk: Talk, desk: Desk, kind: CardType, number: str) -> Move:
    """A number of a known type, unless its check digit or shape says otherwise."""
    fault = check(kind, number)
    if fault is None:
        return card_known(talk, desk, kind, number, proof=talk.answers.get("p"))
    return Again("number_has_a_slip" if fault is CardFault.CHECK_DIGIT else "number_wrong", {"card": f"card:{kind}"})


def which_card(desk: Desk, cards: tuple[CardType, ...], number: str) -> Move:
    """Seal the number as each card it may be: it is not kept while the question which one is out."""
    return Next("id_type", {f"s.{card}": f"{desk.seal(card, number)}:{last_four(number)}" for card in cards})


def shapeless(talk: Talk, desk: Desk, text: str, number: str) -> Move:
    """A number without a telling shape: of a pension book or an NPR card if it can be, else what is wrong with it."""
    kind = CardType.AADHAAR if len(number) == 12 and number.isdigit() else named(text)
    if kind in SHAPELESS:
        return checked(talk, desk, kind, number)
    if kind is None:
        can_be = tuple(card for card in SHAPELESS if check(card, number) is None)
        if can_be and sum(sign.isdigit() for sign in number) >= FEWEST_DIGITS:
            return which_card(desk, can_be, number)
        return Again("number_not_understood")
    fault = check(kind, number)
    return Again("number_has_a_slip" if fault is CardFault.CHECK_DIGIT else "number_wrong", {"card": f"card:{kind}"})


class IdType(Step):
    """A number that may be of two kinds of card: which one is it?"""

    id = "id_type"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        cards = [key.removeprefix("s.") for key in sorted(talk.answers) if key.startswith("s.")]
        rows = tuple(Option(card, f"card:{card}") for card in cards)
        return Say("ask_id_type", rows=(*rows, word("number_again")), list_button="show_cards")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "number_again":
            anew = "card" if is_registering(talk) and "p" not in talk.answers else "id_number"
            return Next(anew, drop=tuple(key for key in talk.answers if key.startswith("s.")))
        seal, _, last4 = talk.answers[f"s.{option}"].partition(":")
        return card_sealed(talk, CardType(option), seal, last4, talk.answers.get("p"))


def card_known(talk: Talk, desk: Desk, card: CardType, number: str, *, proof: str | None) -> Move:
    """Seal the number: from here on only its hash and last four exist."""
    return card_sealed(talk, card, desk.seal(card, number), last_four(number), proof)


def card_sealed(talk: Talk, card: CardType, seal: str, last4: str, proof: str | None) -> Move:
    """The person is complete; one card is one person."""
    answers = talk.answers
    other = next((p for p in talk.people.values() if p.card_seal == seal and p.number != answers["w"]), None)
    if other is not None:
        return Again("card_of_other_person", {"name": f"name:{other.number}"})
    person = Person(
        number=answers["w"],
        name=answers["n"],
        vaccine=answers.get("v", ""),
        last_dose=date.fromisoformat(answers["d"]) if "d" in answers else None,
        last_dose_exact="x" not in answers,
        card=card,
        card_seal=seal,
        last4=last4,
        proof=proof,
        doses_had=int(dose_needed(talk)) - 1,
        born=int(answers["y"]) if "y" in answers else None,
    )
    done = ("n", "v", "d", "x", "p", "for", "k", "y", *(key for key in answers if key.startswith("s.")))
    return Next("where", drop=done, keep=Keep(person))


# ── Home ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class HomeStep(Step):
    """A question on the way to the home: a PIN code, a locality or a location answers any of them."""

    counts_options = False

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        match heard:
            case Located(latitude=lat, longitude=lon):
                near = desk.areas.nearest_area(lat, lon)
                if near is None or near.metres > FARTHEST_HOME:
                    return Again("place_not_understood")
                return Next("is_home", {"pin": near.area.pin, "at": f"{lat:.4f},{lon:.4f}"})
            case Said(text=text):
                return self._typed(talk, desk, text)
            case _:
                return not_expected(heard)

    def _typed(self, talk: Talk, desk: Desk, text: str) -> Move:
        pin = read_pin(text)
        if pin is not None:
            area = desk.areas.by_pin(pin)
            return Next("outside", {"pin": pin}) if area is None else home_known(talk, desk, area)
        match desk.areas.by_locality(text):
            case Home(area=area):
                return home_known(talk, desk, area)
            case Candidates(homes=homes):
                pins = dict.fromkeys(home.area.pin for home in homes)
                return Next("which_area", {"ps": ",".join(pins)})
            case None:
                return Again("place_not_understood")


class Where(HomeStep):
    """The home: PIN code, name of the locality, or the location. It decides on the service area."""

    id = "where"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Say("ask_where", asks_location=True)


def home_known(talk: Talk, desk: Desk, area: Area) -> Move:
    """Served or not: the home decides, a doubtful border area passes with proof of address.

    Whoever registers is in line from here on, though there be no session anywhere.
    """
    if area.served is Served.NO:
        return Next("outside", {"pin": area.pin})
    number = talk.answers["w"]
    change: dict[str, object] = {"homes": {**talk.homes, number: area.pin}}
    if not is_registering(talk):
        return Next("offer", drop=("pin", "ps", "at"), change=change)
    lined = join(talk.with_(**change), desk, number)
    return Next("registered", {"w": number, **mode(talk, desk)}, change={**change, **lined.change}, acts=lined.acts)


class WhichArea(HomeStep):
    """A name that several areas share, or that is only like one: which is it?"""

    id = "which_area"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        pins = [pin for pin in talk.answers.get("ps", "").split(",") if pin]
        rows = tuple(Option(pin, f"area:{pin}") for pin in pins[: ROWS - 1])
        return Say("which_area", rows=(*rows, word("none_of_these")), list_button="show_areas")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        area = desk.areas.by_pin(option)
        return Next("where", drop=("ps",)) if area is None else home_known(talk, desk, area)


class IsHome(HomeStep):
    """Where one is and where one lives are two questions: is this the home?"""

    id = "is_home"
    counts_options = True
    yes, no = ("home_here",), ("home_elsewhere",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        pin = talk.answers["pin"]
        params = {"area": f"area:{pin}", "pin": f"text:{pin}"}
        return Say("is_this_home", params, buttons=(word("home_here"), word("home_elsewhere")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        area = desk.areas.by_pin(talk.answers["pin"])
        return Next("where") if option != "home_here" or area is None else home_known(talk, desk, area)


class Outside(HomeStep):
    """Not served here: where to go instead."""

    id = "outside"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        pin = talk.answers["pin"]
        params = {"pin": f"text:{pin}", "refer": f"refer:{pin}"}
        return Say("outside_area", params, buttons=(word("other_pin"), word("need_help")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "need_help":
            return Stay(Say("help", buttons=self.ask(talk, desk).buttons))
        return Next("where", drop=("pin",))


# ── Place and time ───────────────────────────────────────────────────────────────────────────────────────────────────


class PlaceStep(Step):
    """A question about places: what is tapped means the same in all of them."""

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return chose_place(talk, desk, option)


class NearestFirst(PlaceStep):
    """A question whose places are sorted by distance: a shared location sorts them anew."""

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        return near_here(heard) or not_expected(heard)


class Offer(NearestFirst):
    """The nearest, earliest place with everything read back."""

    id = "offer"
    yes = ("book", "tell_me")

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        offers = nearest_offers(wanted(talk, desk), desk.board, desk.centres, desk.now)
        if not offers:
            return no_places(talk)
        return read_back("offer_nearest", talk, desk, offers[0].first, offers[0].metres)


class Centres(NearestFirst):
    """The centres with room, nearest first; a shared location sorts them anew."""

    id = "centres"
    counts_options = False
    SHOWN = ROWS - 2

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        offers = nearest_offers(wanted(talk, desk), desk.board, desk.centres, desk.now)
        page = int(talk.answers.get("pg", "0"))
        shown = offers[page * self.SHOWN : (page + 1) * self.SHOWN] or offers[: self.SHOWN]
        if not shown:
            return no_places(talk)
        rows = tuple(
            Option(each.centre.id, f"centre_row:{each.centre.id}:{each.metres}:{each.first.slot.id}:{each.free}")
            for each in shown
        )
        more = [word("more_centres")] if len(offers) > (page + 1) * self.SHOWN else []
        more.append(word("tell_me"))
        key = "choose_place_here" if talk.answers.get("at") else "choose_place"
        return Say(
            key, {"pin": f"text:{talk.homes[talk.answers['w']]}"}, rows=(*rows, *more), list_button="show_centres"
        )


class Times(PlaceStep):
    """One list of days and times of a centre, with how many are left. A tap books."""

    id = "times"
    counts_options = False
    SHOWN = ROWS - 2

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        page = int(talk.answers.get("pg", "0"))
        centre = talk.answers["c"]
        enough = (page + 1) * self.SHOWN + 1
        times = times_at(centre, wanted(talk, desk), desk.board, desk.now, enough)
        times = [each for each in times if each.slot.id != slot_of_old(talk)]
        shown = times[page * self.SHOWN : (page + 1) * self.SHOWN] or times[: self.SHOWN]
        if not shown:
            return no_places(talk)
        rows = tuple(Option(f"book.{each.slot.id}", f"slot:{each.slot.id}:{each.free}") for each in shown)
        more = (word("more_times"),) if len(times) > (page + 1) * self.SHOWN else ()
        key = "choose_slot_to_move" if talk.answers.get("old") else "choose_slot"
        params = {"centre": f"centre:{centre}", "name": name_of(talk)}
        return Say(key, params, rows=(*rows, *more, word("other_centre")), list_button="show_times")

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        """A typed day brings up the first time of that day, read back before anything is booked."""
        if not isinstance(heard, Said):
            return not_expected(heard)
        today = at_the_desk(desk.now).date()
        read = read_date(heard.text, today, earliest=today, latest=last_bookable_day(desk.now))
        if isinstance(read, Ambiguous) and len(read.candidates) == 1:
            read = read.candidates[0]  # "কাল / कल": a day to come can only be tomorrow, and it is read back
        if isinstance(read, OutOfRange) and read.date > today:
            return Again("not_open_that_day", {"day": f"date:{read.date}", "centre": f"centre:{talk.answers['c']}"})
        if isinstance(read, Day):
            times = times_at(talk.answers["c"], wanted(talk, desk, read.date), desk.board, desk.now, 1)
            if times and times[0].session.day == read.date:
                return Next("confirm", {"sl": times[0].slot.id})
            return Again("no_time_that_day", {"day": f"date:{read.date}", "centre": f"centre:{talk.answers['c']}"})
        return Again("tap_a_time", {"centre": f"centre:{talk.answers['c']}"})


class Confirm(PlaceStep):
    """Everything read back once more, where a time was typed rather than tapped."""

    id = "confirm"
    yes, no = ("book",), ("other_time",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        slot = talk.answers["sl"]
        times = times_at(talk.answers["c"], wanted(talk, desk), desk.board, desk.now, 1_000)
        found = next((each for each in times if each.slot.id == slot), None)
        if found is None:
            return alternatives("full_alternatives", talk, desk)
        return read_back("confirm", talk, desk, found, metres_to(talk, desk, found.session.centre))


class Full(PlaceStep):
    """What is still free, after the wished time was not to be had."""

    id = "full"
    yes = ("tell_me",)
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        why = "closed" if talk.answers.get("why") == "closed" else "full"
        return alternatives(f"{why}_alternatives", talk, desk)


def chose_place(talk: Talk, desk: Desk, option: str) -> Move:
    """What every question about places understands: ``book.SLOT``, another time, another centre, more, look again."""
    act, _, about = option.partition(".")
    page = int(talk.answers.get("pg", "0"))
    match act:
        case "book":
            return book(talk, desk, about)
        case "other_time":
            return Next("times", {"c": about}, drop=("pg",))
        case "other_centre":
            return Next("centres", drop=("pg",))
        case "more_centres":
            return Next("centres", {"pg": str(page + 1)})
        case "more_times":
            return Next("times", {"pg": str(page + 1)})
        case "tell_me":
            return tell_me(talk, desk, talk.answers["w"])
        case "keep_it":
            return Next("kept", {"b": talk.answers.get("old", "")}, drop=("old",))
        case "look_again":
            return Next("offer")
        case "other_work":
            return Next("menu", {"back": talk.step})
        case centre if centre in desk.centres:
            return Next("times", {"c": centre}, drop=("pg",))
        case _:
            return Again("tap_or_type")


def book(talk: Talk, desk: Desk, slot: str) -> Move:
    """Ask the booking room for the place; nothing is promised before its answer."""
    person, old = talk.answers["w"], talk.answers.get("old", "")
    dose = next_dose(talk.people[person])
    if dose not in doses_booked(desk) or was_given(talk, person, dose):
        return Stay(Say("dose_noted", {"name": f"name:{person}"}), change={"step": "home"})
    if not permitted(talk, desk, slot):
        return Again("")
    live = upcoming_of(talk, desk, person, dose)
    if live is not None and live.booking != old:
        return Next("booking", {"b": live.booking}, drop=("old",))
    if live is not None and not may_change(live, desk):
        return too_late(live, desk)
    version = desk.rules.for_date(at_the_desk(desk.now).date()).id
    ask = Ask.MOVE if old and live is not None else Ask.BOOK
    if is_known_full(desk, slot):
        return Next("full", {"f": slot, "why": "full"})
    return Wait(Request(ask, slot, person, dose, old if ask is Ask.MOVE else "", version))


def is_known_full(desk: Desk, slot: str) -> bool:
    """Whether the board, a second old, has no place left in a slot: then nobody needs to be asked."""
    session = desk.session(session_of(slot))
    rows = () if session is None else desk.board(session.day)
    return any(row.session.id == session_of(slot) and row.free.get(slot, 0) <= 0 for row in rows)


def tell_me(talk: Talk, desk: Desk, number: str) -> Move:
    """One button: in line for whatever comes free."""
    lined = join(talk, desk, number)
    return Next("listed", {"w": number, **mode(talk, desk)}, change=lined.change, acts=lined.acts)


def permitted(talk: Talk, desk: Desk, slot: str) -> bool:
    """Whether a slot suits the person in hand: the vaccine of the first dose, and the interval over on that day."""
    session = desk.session(session_of(slot))
    want = wanted(talk, desk)
    return session is not None and want.suits(session)


def too_late(booking: Appointment, desk: Desk) -> Stay:
    """A booking that can no longer be moved or cancelled: a person on the phone can still help."""
    return Stay(Say("too_late_to_change", of_booking(booking, desk), buttons=(show_way(centre_of(booking, desk)),)))


def near_here(heard: Heard) -> Move | None:
    """A location shared among the places sorts the centres; it does not change the home."""
    if isinstance(heard, Located):
        return Next("centres", {"at": f"{heard.latitude:.4f},{heard.longitude:.4f}"}, drop=("pg",))
    return None


def no_places(talk: Talk) -> Say:
    """Nothing is free anywhere: said plainly, with what can be done."""
    number, name = talk.answers.get("w", ""), {"name": name_of(talk)}
    if talk.answers.get("old"):
        return Say("no_places_move", name, buttons=(word("look_again"), word("keep_it")))
    if number in talk.wishes:
        mine = (word(do_id("wishes", number), "change_wishes"), word(do_id("leave", number), "leave_list"))
        return Say("no_places_in_line", name, buttons=(word("look_again"), *mine))
    return Say("no_places", name, buttons=(word("look_again"), word("tell_me")))


def read_back(key: str, talk: Talk, desk: Desk, offer: OpenSlot, metres: int) -> Say:
    """A place with all that belongs to it, and the three things one may do."""
    person = talk.people[talk.answers["w"]]
    area = desk.areas.by_pin(talk.homes[person.number])
    params = {
        "name": f"name:{person.number}",
        "dose": f"dose:{next_dose(person)}",
        "vaccine": f"vaccine:{offer.session.vaccine}",
        "price": f"money:{offer.session.fee}",
        "day": f"day:{offer.slot.id}",
        "time": f"hours:{offer.slot.id}",
        "centre": f"centre:{offer.session.centre}",
        "distance": f"metres:{metres}",
        "id_type": f"card:{person.card}",
        "last4": f"text:{person.last4}",
    }
    if area is not None and area.served is Served.BORDER:
        key += "_border"
    buttons = (
        word(f"book.{offer.slot.id}", "yes_book"),
        word(f"other_time.{offer.session.centre}", "other_time"),
        word("other_centre"),
    )
    return Say(key, params, buttons=buttons)


def alternatives(key: str, talk: Talk, desk: Desk) -> Say:
    """The two next free times: of the same centre if it has any, else of the nearest that has."""
    gone = talk.answers.get("f", "")
    session = desk.session(gone[:5]) if gone else None
    want = wanted(talk, desk)
    times: list[OpenSlot] = []
    if session is not None:
        times = times_at(session.centre, want, desk.board, desk.now, 3)
    times = [each for each in times if each.slot.id not in {gone, slot_of_old(talk)}]
    if not times:
        offers = nearest_offers(want, desk.board, desk.centres, desk.now)
        times = next((rest for o in offers if (rest := [s for s in o.slots if s.slot.id != gone])), [])
    if not times:
        return no_places(talk)
    buttons = tuple(Option(f"book.{each.slot.id}", f"short_slot:{each.slot.id}") for each in times[:2])
    params = {"centre": f"centre:{times[0].session.centre}", "name": name_of(talk)}
    if talk.answers.get("old"):
        key += "_move"
    return Say(key, params, buttons=(*buttons, word("other_centre")))


# ── What steps share ─────────────────────────────────────────────────────────────────────────────────────────────────


def name_of(talk: Talk) -> str:
    """The name of the person in hand, as a value: of the stored person, or as it was just written."""
    number = talk.answers.get("w", "")
    return f"name:{number}" if number in talk.people else f"text:{talk.answers.get('n', '')}"


def dose_needed(talk: Talk) -> str:
    """The dose that the person being asked about needs."""
    return talk.answers.get("k", "2")


def dose_before(talk: Talk) -> str:
    """The dose whose day is asked for, as a value."""
    return f"dose:{int(dose_needed(talk)) - 1}"


def first_date(talk: Talk) -> str:
    """The first dose's day, or only its month where no more is known, as a value."""
    day = talk.answers["d"]
    return f"month:{day[:7]}" if talk.answers.get("x") else f"date:{day}"


def example_dates(desk: Desk) -> Mapping[str, str]:
    """A date to show how one is written: some months back, so that it is never in the future."""
    day = at_the_desk(desk.now).date() - timedelta(days=90)
    return {"example": f"date:{day}", "digits": f"digits:{day.day}/{day.month}/{day.year}"}


def wanted(talk: Talk, desk: Desk, earliest: date | None = None) -> Wanted:
    """What the person in hand needs, seen from where the citizen is now or else lives."""
    person = talk.people[talk.answers["w"]]
    permitted = earliest_for(person, desk)
    day = max(permitted, earliest or permitted)
    return Wanted(person.vaccine, next_dose(person), day, spot_of(talk, desk), desk.rules, person.born)


def spot_of(talk: Talk, desk: Desk) -> tuple[float, float]:
    """Where distances are measured from: the shared location, else the middle of the home's PIN area."""
    if shared := talk.answers.get("at"):
        latitude, _, longitude = shared.partition(",")
        return float(latitude), float(longitude)
    area = desk.areas.by_pin(talk.homes.get(talk.answers["w"], ""))
    return (area.lat, area.lon) if area is not None else (0.0, 0.0)


def metres_to(talk: Talk, desk: Desk, centre: str) -> int:
    """How far a centre is."""
    place = desk.centres[centre]
    return distance(*spot_of(talk, desk), place.latitude, place.longitude)


def slot_of_old(talk: Talk) -> str:
    """The slot a move comes from: it is not offered as another time."""
    return talk.answers.get("old", "")[:6]


def year_and_month(month: str) -> tuple[int, int]:
    """``2026-04`` as numbers."""
    year, _, number = month[:7].partition("-")
    return int(year), int(number)


def earliest_day(first_dose: date, vaccine: str, desk: Desk) -> date:
    """The first day, from today on, on which the second dose may be taken."""
    today = at_the_desk(desk.now).date()
    return desk.rules.earliest_day(first_dose, vaccine, not_before=today) or date.max


def show_way(centre: str) -> Option:
    """The button that brings the map pin of a centre."""
    return word(do_id("way", centre), "show_way")


STEPS: tuple[type[Step], ...] = (
    Who,
    Consent,
    NoConsent,
    Name,
    Vaccine,
    VaccineOther,
    FirstDose,
    WhichDay,
    Months,
    Part,
    DayOfMonth,
    TooEarly,
    IdPhoto,
    IdNumber,
    IdType,
    Where,
    WhichArea,
    IsHome,
    Outside,
    Offer,
    Centres,
    Times,
    Confirm,
    Full,
)
