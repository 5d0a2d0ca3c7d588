"""What one may say at any moment: hi, help, language, my bookings, cancel, start again, erase, STOP and START."""

from typing import override

from seba.conversation import shop
from seba.conversation.bookings import ConfirmCancel, change
from seba.conversation.desk import Desk
from seba.conversation.errands import begin
from seba.conversation.heard import Heard, Said
from seba.conversation.say import Ask, Forget, ForgetShopper, Later, Option, OrderAsk, OrderRequest, Request, Say
from seba.conversation.second_dose import REGISTER, Times, mode
from seba.conversation.standing import upcoming
from seba.conversation.step import Again, Move, Next, Stay, Step, do_id, not_expected, word
from seba.conversation.talk import Talk
from seba.conversation.waiting import join, leave, wish_of
from seba.domain.calendar import at_the_desk
from seba.messages.catalogue import LANGUAGES, read_language, script_of

RESTING = frozenset(
    (
        *("", "home", "errands", "booking", "bookings", "menu", "who", "kept", "no_consent", "erased", "cancelled"),
        *("registered", "listed", "held_place"),
    )
)
"""Steps at which nothing is under way: a "hi" there simply begins."""


NAMES = {"bn": "bengali", "hi": "hindi", "en": "english"}


class Language(Step):
    """The first question of all, in all three languages under each other."""

    id = "language"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        buttons = tuple(word(language, NAMES[language]) for language in LANGUAGES)
        greeting = "greeting_shop" if shop.is_only_errand(desk) else "greeting"
        return Say(greeting if talk.language is None else "ask_language", buttons=buttons)

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        back = talk.answers.get("back", "")
        known = talk.with_(language=option)
        if not back:
            move = begin(known, desk)
            if isinstance(move, Next):
                return Next(move.step, move.put, move.drop, {**move.change, "language": option})
            if isinstance(move, Stay):
                at_home = {"step": Home.id, "answers": {}, "serial": talk.serial + 1, "language": option}
                return Stay(move.say, {**move.change, **at_home}, move.acts)
        return Next(back, drop=("back",), change={"language": option})

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if not isinstance(heard, Said):
            return not_expected(heard) if talk.language else Again(self.ask(talk, desk).key)
        named = read_language(heard.text) or script_of(heard.text)
        return self.chose(talk, desk, named) if named else Again(self.ask(talk, desk).key)


class Home(Step):
    """Nothing is under way: whatever comes begins anew."""

    id = "home"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Menu().ask(talk, desk)

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        return begin(talk, desk)


class Menu(Step):
    """Everything else the desk does."""

    id = "menu"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        gives_doses = any(each != shop.SHOP for each in desk.errands)
        book = (word("book", "menu_register" if mode(talk, desk) else "menu_book"),) if gives_doses else ()
        sells = ("shop", "orders") if shop.SHOP in desk.errands else ()
        line = ("wishes",) if talk.wishes else ()
        rest = (*sells, *(("bookings",) if gives_doses else ()), *line, "language", "help", "erase")
        rows = (*book, *(word(each, f"menu_{each}") for each in rest))
        on = (word("go_on"),) if talk.answers.get("back") else ()
        return Say("menu", rows=on + rows, list_button="show_menu")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        match option:
            case "book":
                return Next("who" if talk.people else "consent", mode(talk, desk))
            case "wishes":
                return in_line(talk, desk) or Again("")
            case "shop":
                return shop.link(desk)
            case "orders":
                return shop.orders(talk, desk)
            case "bookings":
                return Next("bookings")
            case "language":
                return Next("language")
            case "go_on":
                return Next(talk.answers["back"], drop=("back",))
            case "erase":
                return Next("erase")
            case _:
                return Stay(helped(desk, word("go_on") if talk.answers.get("back") else on(desk)))


class GoOn(Step):
    """Someone says Hi in the middle: nothing is lost unless they want it so."""

    id = "go_on"
    yes = ("go_on",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Say("go_on_or_start_again", buttons=(word("go_on"), word("start_again")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "go_on" and (back := talk.answers.get("back", "")):
            return Next(back, drop=("back",))
        return begin(talk, desk)


class Erase(Step):
    """The second tap before everything is deleted."""

    id = "erase"
    yes, no = ("yes_erase",), ("keep_it",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        buttons = (word("yes_erase"), word("keep_it"))
        if shop.is_only_errand(desk):
            return Say("confirm_erase_shop_order" if shop.live(talk, desk) else "confirm_erase_shop", buttons=buttons)
        loses = upcoming(talk, desk) or shop.live(talk, desk)
        return Say("confirm_erase_booked" if loses else "confirm_erase", buttons=buttons)

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option != "yes_erase":
            return begin(talk, desk)
        held = (*talk.live_appointments(), *talk.held())
        places = tuple(Request(Ask.RELEASE, a.slot, a.person, a.dose, a.booking) for a in held)
        lines = tuple(act for number in talk.wishes for act in leave(talk, desk, number).acts)
        orders = tuple(OrderRequest(OrderAsk.CANCEL, each.id) for each in shop.live(talk, desk))
        shopper = (ForgetShopper(),) if shop.SHOP in desk.errands else ()
        later = Later("erase", at_the_desk(desk.now).date())
        return Next("erased", acts=(*places, *lines, *orders, *shopper, later), forget=Forget())


class Erased(Step):
    """Everything is gone."""

    id = "erased"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        if shop.is_only_errand(desk):
            return Say("erased_shop", buttons=(word("book_now", "open_shop"),))
        return Say("erased", buttons=(word("book_now"),))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return begin(talk, desk)

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        return begin(talk, desk)


class Cancelled(Step):
    """A booking was cancelled; booking again is one tap."""

    id = "cancelled"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        params = {"name": f"name:{talk.answers.get('w', '')}", "slot": f"day:{talk.answers.get('f', '')}"}
        return Say("cancelled", params, buttons=(word("book_again"), word("other_work")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "other_work":
            return Next("menu")
        person = talk.answers.get("w", "")
        if person in talk.homes and person in talk.people:
            return Next("offer", drop=("f",))
        return begin(talk, desk)

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        return begin(talk, desk)


def on(desk: Desk) -> Option:
    """The button that begins whatever this desk does."""
    return word(do_id("start"), "open_shop" if shop.is_only_errand(desk) else "book_now")


def helped(desk: Desk, button: Option) -> Say:
    """A person's phone number, and the words one may write here."""
    return Say("help_shop" if shop.is_only_errand(desk) else "help", buttons=(button,))


def command(name: str, talk: Talk, desk: Desk) -> Move | None:
    """What a citizen's command does here, or None where the word is no command but an answer."""
    under_way = talk.step not in RESTING
    match name:
        case "stop":
            said = Say("stopped_shop" if shop.is_only_errand(desk) else "stopped")
            return Stay(said, change={"stopped": True})
        case "start" if talk.stopped:
            # Who may not be written to is struck off the line wherever it is their turn: back in, where they stood.
            lines = tuple(
                act for number in talk.wishes if wish_of(talk, number) for act in join(talk, desk, number).acts
            )
            said = Say("resumed", buttons=(on(desk),))
            return Stay(said, change={"stopped": False}, acts=lines)
        case "help":
            return Stay(helped(desk, word(do_id("again"), "go_on") if under_way else on(desk)))
        case "hi" | "start":
            if talk.step not in {GoOn.id, Language.id} and (back := interrupted(talk)):
                return Next("go_on", {"back": back})
            return None if under_way else begin(talk, desk)
        case "start_again":
            return begin(talk, desk)
        case "menu":
            return Next("menu", {"back": back} if (back := interrupted(talk)) else {})
        case "shop" if shop.SHOP in desk.errands:
            return shop.link(desk)
        case "orders" if shop.SHOP in desk.errands:
            return shop.orders(talk, desk)
        case "bookings" | "move" if shop.is_only_errand(desk):
            return shop.orders(talk, desk)
        case "cancel" if talk.orders and not upcoming(talk, desk) and not under_way:
            return shop.to_drop(talk, desk)
        case "cancel" if shop.is_only_errand(desk):
            return shop.orders(talk, desk)
        case "thanks" if not under_way:
            return Stay(Say("thanks"))
        case "bookings":
            return bookings(talk, desk)
        case "waiting" if talk.wishes:
            return in_line(talk, desk)
        case "cancel":
            return to_change(talk, desk, ConfirmCancel.id)
        case "move":
            return to_change(talk, desk, Times.id)
        case "language":
            return Next("language", {"back": talk.step} if under_way and talk.step != "language" else {})
        case "erase":
            return Next("erase")
        case _:
            return None


def in_line(talk: Talk, desk: Desk) -> Move | None:
    """Where one stands in line; of several people, whose is asked first."""
    numbers = sorted(talk.wishes)
    if len(numbers) == 1:
        registers = mode(talk, desk)
        return Next("registered" if registers else "listed", {"w": numbers[0], **registers})
    return Next("who", {"e": REGISTER}) if numbers else None


def interrupted(talk: Talk) -> str:
    """The step of an errand under way to which one may return, or nothing."""
    if talk.step in RESTING | {GoOn.id, Language.id}:
        return talk.answers.get("back", "")
    return talk.step


def bookings(talk: Talk, desk: Desk) -> Move:
    """My bookings: one is shown at once, several as a list, none is said."""
    live = upcoming(talk, desk)
    return Next("booking", {"b": live[0].booking}) if len(live) == 1 else Next("bookings")


def to_change(talk: Talk, desk: Desk, to: str) -> Move:
    """The word "cancel": at the one booking if there is one; in the middle of an errand it offers to stop that."""
    live = upcoming(talk, desk)
    if len(live) == 1:
        return change(talk, desk, live[0].booking, to)
    if live:
        return Next("bookings")
    return Next("go_on", {"back": talk.step}) if talk.step not in RESTING | {"go_on"} else Next("bookings")


STEPS: tuple[type[Step], ...] = (Language, Home, Menu, GoOn, Erase, Erased, Cancelled)
