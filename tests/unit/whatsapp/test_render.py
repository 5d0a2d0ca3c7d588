"""What a turn says, as the message that goes to WhatsApp: every kind of value, every kind of message."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.meta.checks import check_message
from local.transcript import chat_text, transcript
from seba.conversation.say import Option, Say
from seba.conversation.talk import Talk
from seba.domain.goods import Category, Product
from seba.domain.identity_cards import CardType
from seba.domain.ids import Keys
from seba.domain.orders import Life as OrderLife
from seba.domain.orders import Line, Order, Paid, Question
from seba.domain.people import Person
from seba.domain.places import Area, Locality, Served
from seba.domain.sessions import Centre, Life, Session, Slot
from seba.domain.shops import Kind as ShopKind
from seba.domain.shops import Shop, Stock
from seba.messages.catalogue import LANGUAGES, NoSuchText, ValueMissing
from seba.messages.wording import length
from seba.whatsapp import limits
from seba.whatsapp.bills import bill_reference, order_of_bill
from seba.whatsapp.outgoing import (
    ButtonsMessage,
    CtaUrl,
    DocumentMessage,
    HeaderDocument,
    ImageMessage,
    ListMessage,
    LocationPin,
    LocationRequest,
    OrderDetails,
    OrderStatus,
    OutgoingInvalid,
    Recipient,
    TemplateMessage,
    TextMessage,
)
from seba.whatsapp.render import (
    NOT_UPLOADED,
    PaymentGateway,
    Rendered,
    ServiceCard,
    render,
    render_template,
    scan_link,
)
from seba.whatsapp.templates import template
from seba.whatsapp.values import harmless
from tests.says import check_say_fits

TODAY = date(2026, 11, 22)
KEYS = Keys(b"a key for tests")
SERVICE = ServiceCard(
    names={"en": "Kolkata vaccine desk", "bn": "কলকাতা টিকা ডেস্ক", "hi": "कोलकाता टीका डेस्क"},
    helpline="033 2286 1212",
    desk_number="913322861000",
    shop_url="https://shop.example/prod",
    payment=PaymentGateway("razorpay", "neighbourhood shops"),
)
CENTRE = Centre(
    id="C068",
    names={"en": "Ward 68 Health Centre", "bn": "ওয়ার্ড ৬৮ স্বাস্থ্যকেন্দ্র", "hi": "वार्ड 68 स्वास्थ्य केंद्र"},
    short_names={"en": "Ward 68 Centre", "bn": "ওয়ার্ড ৬৮ সেন্টার", "hi": "वार्ड 68 केंद्र"},
    addresses={"en": "12 Gariahat Road", "bn": "১২ গড়িয়াহাট রোড", "hi": "12 गड़ियाहाट रोड"},
    ward="68",
    pin="700019",
    latitude=22.5186,
    longitude=88.3653,
)
SLOTS = (
    Slot("7M4QK0", time(9), time(11), 40),
    Slot("7M4QK1", time(11), time(13), 40),
)
SESSION = Session("7M4QK", "C068", date(2026, 11, 24), "covishield", (2,), 0, Life.OPEN, "b1", SLOTS)
NEXT_WEEK = Session(
    "8N5RM", "C068", date(2026, 12, 1), "covishield", (2,), 78000, Life.OPEN, "b1",
    (Slot("8N5RM0", time(9), time(11), 40),),
)  # fmt: skip
AREA = Area(
    pin="700029",
    served=Served.NO,
    localities=(Locality("Ballygunge", "বালিগঞ্জ", "बालीगंज"), Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट")),
    lat=22.51,
    lon=88.36,
    refer=("Baruipur hospital", "বারুইপুর হাসপাতাল", "बारुईपुर अस्पताल"),
)
PEOPLE = {
    "1": Person("1", "রিনা দাস", "covishield", date(2026, 8, 20), True, CardType.AADHAAR, "seal", "1234", None),
    "2": Person(
        "2", "Chandrashekhar Venkataraghavan", "covaxin", date(2026, 8, 20), True, CardType.PAN, "s", "234A", None
    ),
}
TALK = Talk(language="en", people=PEOPLE)
BOOKING = "7M4QK1X9TA"


GROCER = Shop(
    id="3F8KQ",
    kind=ShopKind.SHOP,
    names={"en": "Annapurna Stores", "bn": "অন্নপূর্ণা স্টোর্স", "hi": "अन्नपूर्णा स्टोर्स"},
    addresses={"en": "12 Rashbehari Avenue", "bn": "১২ রাসবিহারী অ্যাভিনিউ", "hi": "12 रासबिहारी एवेन्यू"},
    pins=frozenset({"700029", "700019"}),
    latitude=22.5172,
    longitude=88.3568,
    opens=time(8),
    closes=time(21),
    phone="98300 00001",
    phones=("k3Jd02mQx",),
)
HAWKER = Shop(
    id="9HAWK",
    kind=ShopKind.HAWKER,
    names={"en": "Haradhan"},
    addresses={},
    pins=frozenset({"700029"}),
    latitude=0,
    longitude=0,
    opens=time(7),
    closes=time(12),
)
PRODUCTS = {
    each.code: each
    for each in (
        Product(
            "ML1", "dairy", {"en": "Amul Taaza milk", "bn": "আমুল তাজা দুধ", "hi": "अमूल ताज़ा दूध"},
            {"en": "500 ml", "bn": "৫০০ মিলি", "hi": "500 मिली"}, "🥛", 2700,
        ),
        Product(
            "PT1", "veg", {"en": "Potatoes", "bn": "আলু", "hi": "आलू"},
            {"en": "1 kg", "bn": "১ কেজি", "hi": "1 किलो"}, "🥔", 3000, weighed=True,
        ),
        Product(
            "MO1", "oil", {"en": "Cold-pressed yellow mustard oil", "bn": "ঘানির সর্ষের তেল", "hi": "कोल्हू का सरसों तेल"},
            {"en": "1 l", "bn": "১ লিটার", "hi": "1 लीटर"}, "🫒", 18500,
        ),
    )
}  # fmt: skip
CATEGORIES = {"dairy": Category("dairy", {"en": "Milk and eggs", "bn": "দুধ আর ডিম", "hi": "दूध और अंडे"}, "🥛")}
ORDER = Order(
    "7M4QK2X9", "customer1", "Rina *Das*", "700029", (Line("ML1", 2, 2700), Line("PT1", 3, 3000)), 14400, 14400,
    life=OrderLife.ACCEPTED, shop=GROCER.id, held=True, code_try=1,
)  # fmt: skip
ASKED = replace(
    ORDER, id="8N5RM3Y0", question=Question("missing", ("ML1",), instead="MO1", price=18500), life=OrderLife.PLACED
)
LONG = replace(ORDER, id="9P6SN4Z1", lines=tuple(Line("MO1", number, 18500) for number in range(1, 31)))
SHORT = replace(LONG, id="AQ7TP5A2", lines=LONG.lines[:22])
"""Its lines fit beside buttons only without their prices."""
ENDLESS = replace(LONG, id="BR8VQ6B3", lines=LONG.lines * 2)


class World:
    """The facts of a desk with one centre, one session, one area; a shop, a hawker and their orders."""

    def centres(self) -> Mapping[str, Centre]:
        return {CENTRE.id: CENTRE}

    def areas(self) -> Mapping[str, Area]:
        return {AREA.pin: AREA}

    def session(self, session: str) -> Session | None:
        return {each.id: each for each in (SESSION, NEXT_WEEK)}.get(session)

    def products(self) -> Mapping[str, Product]:
        return PRODUCTS

    def categories(self) -> Mapping[str, Category]:
        return CATEGORIES

    def shop(self, shop: str) -> Shop | None:
        return {each.id: each for each in (GROCER, HAWKER)}.get(shop)

    def stock(self, shop: str) -> Stock:
        return Stock(shop, place=(22.5185, 88.3571))

    def order(self, order: str) -> Order | None:
        return {each.id: each for each in (ORDER, ASKED, LONG, SHORT, ENDLESS)}.get(order)


def rendered(say: Say, talk: Talk = TALK) -> Rendered:
    return render(say, talk=talk, facts=World(), service=SERVICE, keys=KEYS, today=TODAY)


def as_template(say: Say, talk: Talk = TALK) -> Rendered:
    return render_template(say, talk=talk, facts=World(), service=SERVICE, keys=KEYS, today=TODAY)


def worded(value: str, language: str = "en") -> str:
    """A value as it stands in a body: that of ``choose_slot`` begins with ``*{centre}*``."""
    say = Say("choose_slot", {"centre": value, "name": "text:X"})
    body = rendered(say, TALK.with_(language=language)).message
    assert isinstance(body, TextMessage)
    return body.body.removeprefix("*").partition("*")[0]


def in_all(value: str) -> list[str]:
    return [worded(value, language) for language in ("en", "bn", "hi")]


CONFIRM = {
    "name": "name:1",
    "dose": "dose:2",
    "vaccine": "vaccine:covishield",
    "price": "money:0",
    "day": "day:7M4QK1",
    "time": "hours:7M4QK1",
    "centre": "centre:C068",
    "distance": "metres:913",
    "id_type": "card:aadhaar",
    "last4": "text:1234",
}
CONFIRMATION = {
    "name": "name:1",
    "dose": "dose:2",
    "vaccine": "vaccine:covishield",
    "day": "day:7M4QK1",
    "time": "hours:7M4QK1",
    "centre": "centre_name:C068",
    "address": "address:C068",
    "code": f"code:{BOOKING}",
    "ref": f"reference:{BOOKING}",
    "id_type": "card:aadhaar",
}
CONFIRMATION_BUTTONS = (
    Option("do~way~C068", "word:show_way"),
    Option(f"do~change~{BOOKING}", "word:change_or_cancel"),
)


# ---- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "en", "bn", "hi"),
    [
        ("text:700019", "700019", "700019", "700019"),
        ("name:1", "রিনা দাস", "রিনা দাস", "রিনা দাস"),
        ("date:2026-11-24", "Tuesday 24 November", "মঙ্গলবার ২৪ নভেম্বর", "मंगलवार 24 नवंबर"),
        ("date:2026-04-16", "16 April 2026", "১৬ এপ্রিল ২০২৬", "16 अप्रैल 2026"),
        ("month:2026-04", "April 2026", "এপ্রিল ২০২৬", "अप्रैल 2026"),
        ("day_of_month:2026-04-16", "16 April", "১৬ এপ্রিল", "16 अप्रैल"),
        ("days:2026-04-01:10", "1 – 10 April", "১ – ১০ এপ্রিল", "1 – 10 अप्रैल"),
        ("time:18:00", "6 pm", "সন্ধে ৬টা", "शाम 6 बजे"),
        ("count:12", "12", "১২", "12"),
        ("digits:16/4/2026", "16/4/2026", "১৬/৪/২০২৬", "16/4/2026"),
        ("metres:913", "900 m", "৯০০ মিটার", "900 मीटर"),
        ("metres:1234", "1.2 km", "১.২ কিমি", "1.2 किमी"),
        ("money:78000", "₹780", "₹780", "₹780"),
        ("money:0", "free", "বিনামূল্যে", "मुफ़्त"),
        ("vaccine:covishield", "Covishield", "কোভিশিল্ড", "कोविशील्ड"),
        ("card:aadhaar", "Aadhaar", "আধার কার্ড", "आधार कार्ड"),
        ("centre:C068", "Ward 68 Centre", "ওয়ার্ড ৬৮ সেন্টার", "वार्ड 68 केंद्र"),
        ("centre_name:C068", "Ward 68 Health Centre", "ওয়ার্ড ৬৮ স্বাস্থ্যকেন্দ্র", "वार्ड 68 स्वास्थ्य केंद्र"),
        ("address:C068", "12 Gariahat Road", "১২ গড়িয়াহাট রোড", "12 गड़ियाहाट रोड"),
        ("area:700029", "Ballygunge", "বালিগঞ্জ", "बालीगंज"),
        ("refer:700029", "Baruipur hospital", "বারুইপুর হাসপাতাল", "बारुईपुर अस्पताल"),
        ("day:7M4QK1", "Tuesday 24 November", "মঙ্গলবার ২৪ নভেম্বর", "मंगलवार 24 नवंबर"),
        ("hours:7M4QK1", "11 am – 1 pm", "সকাল ১১টা – দুপুর ১টা", "सुबह 11 – दोपहर 1 बजे"),
        ("short_slot:7M4QK1", "Tue 11 am – 1 pm", "মঙ্গল, ১১টা – ১টা", "मंगल, 11 – 1 बजे"),
        ("reference:7M4QK1X9TA", "7M4QK1-X9TA", "7M4QK1-X9TA", "7M4QK1-X9TA"),
        ("word:other_time", "Other time", "অন্য সময়", "दूसरा समय"),
        ("order:7M4QK2X9", "7M4Q-K2X9", "7M4Q-K2X9", "7M4Q-K2X9"),
        ("due:7M4QK2X9", "₹144", "₹144", "₹144"),
        ("most:7M4QK2X9", "₹153", "₹153", "₹153"),
        ("state:7M4QK2X9", "being packed", "প্যাক হচ্ছে", "पैक हो रहा है"),
        ("state:8N5RM3Y0", "waiting for an answer", "উত্তরের অপেক্ষায়", "जवाब का इंतज़ार"),
        ("missing:8N5RM3Y0", "Amul Taaza milk 500 ml", "আমুল তাজা দুধ ৫০০ মিলি", "अमूल ताज़ा दूध 500 मिली"),
        (
            "instead:8N5RM3Y0",
            "2 × Cold-pressed yellow mustard oil 1 l – ₹370",
            "২ × ঘানির সর্ষের তেল ১ লিটার – ₹370",
            "2 × कोल्हू का सरसों तेल 1 लीटर – ₹370",
        ),
        ("shop:3F8KQ", "Annapurna Stores", "অন্নপূর্ণা স্টোর্স", "अन्नपूर्णा स्टोर्स"),
        ("shop_address:3F8KQ", "12 Rashbehari Avenue", "১২ রাসবিহারী অ্যাভিনিউ", "12 रासबिहारी एवेन्यू"),
        ("shop_address:9HAWK", "the place on the map", "ম্যাপে দেখানো জায়গা", "नक्शे पर दिखाई जगह"),
        ("shop_phone:3F8KQ", "98300 00001", "98300 00001", "98300 00001"),
        ("shop_area:3F8KQ", "Ballygunge", "বালিগঞ্জ", "बालीगंज"),
        ("product:ML1", "Amul Taaza milk 500 ml", "আমুল তাজা দুধ ৫০০ মিলি", "अमूल ताज़ा दूध 500 मिली"),
        ("product:GONE", "GONE", "GONE", "GONE"),
        ("category:dairy", "Milk and eggs", "দুধ আর ডিম", "दूध और अंडे"),
    ],
)
def test_every_kind_of_value_is_said_in_the_citizens_language(value: str, en: str, bn: str, hi: str) -> None:
    assert in_all(value) == [unicodedata.normalize("NFC", each) for each in (en, bn, hi)]


def test_the_secret_code_is_derived_while_rendering_and_has_latin_digits() -> None:
    assert in_all(f"code:{BOOKING}") == [KEYS.secret_code(BOOKING)] * 3


def test_the_way_is_a_link_to_a_map() -> None:
    assert worded("way:C068") == "https://www.google.com/maps/dir/?api=1&destination=22.5186,88.3653"
    assert worded("shop_way:3F8KQ") == "https://www.google.com/maps/dir/?api=1&destination=22.5172,88.3568"


def test_the_way_to_a_hawker_leads_to_where_they_stand_today() -> None:
    assert worded("shop_way:9HAWK").endswith("destination=22.5185,88.3571")
    assert worded("shop_area:9HAWK") == "Ballygunge"


def test_the_pickup_code_is_the_one_that_the_order_has_come_to() -> None:
    assert in_all("pickup:7M4QK2X9") == [KEYS.pickup_code("7M4QK2X9", 1)] * 3
    assert KEYS.pickup_code("7M4QK2X9", 1) != KEYS.pickup_code("7M4QK2X9")


def test_every_life_of_an_order_is_said_in_every_language() -> None:
    class Lives(World):
        def order(self, order: str) -> Order | None:
            return replace(ORDER, life=OrderLife(order))

    said = {
        (life, language): render(
            Say("choose_slot", {"centre": f"state:{life}", "name": "text:X"}),
            talk=TALK.with_(language=language), facts=Lives(), service=SERVICE, keys=KEYS, today=TODAY,
        ).message
        for life in OrderLife
        for language in LANGUAGES
    }  # fmt: skip
    assert len({message.body for message in said.values() if isinstance(message, TextMessage)}) == len(said)


@pytest.mark.parametrize(
    "value",
    [
        *("name:6", "centre:gone", "address:gone", "day:9ZZZZ1", "hours:7M4QK9", "area:999999", "name:", "text:"),
        *("lines:gone", "due:gone", "most:gone", "pickup:gone", "state:gone", "missing:7M4QK2X9", "instead:7M4QK2X9"),
        *("shop:gone", "shop_address:gone", "shop_phone:9HAWK", "shop_area:gone", "shop_way:gone", "category:gone"),
    ],
)
def test_a_value_without_its_fact_becomes_a_dash(value: str) -> None:
    assert in_all(value) == ["–", "–", "–"]


def test_people_of_an_unknown_area_are_sent_to_what_is_nearest() -> None:
    assert "nearest to your home" in worded("refer:999999")


def test_a_kind_of_value_that_does_not_exist_is_a_bug_and_raises() -> None:
    with pytest.raises(ValueError, match="colour"):
        worded("colour:red")


def test_a_key_that_does_not_exist_is_a_bug_and_raises() -> None:
    with pytest.raises(NoSuchText):
        rendered(Say("no_such_key"))


def test_a_parameter_that_is_missing_is_a_bug_and_raises() -> None:
    with pytest.raises(ValueMissing):
        rendered(Say("choose_slot"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*Rina* _Das_", "Rina Das"),
        ("~no~ `code` ```block```", "no code block"),
        ("two\nlines\tand  spaces", "two lines and spaces"),
        ("> quoted", "quoted"),
        ("Gari\u00adahat\u202e \u2066Road", "Gariahat Road"),
        ("\u200d\u0301", ""),
        ("র\u200d্যাম", "র\u200d্যাম"),
        ("{braces} stay", "{braces} stay"),
    ],
)
def test_text_of_others_carries_no_markup_and_no_hidden_signs(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_an_endless_value_is_cut_before_it_pushes_a_message_over_its_limit() -> None:
    say = Say("choose_slot", {"centre": f"text:{'a' * 5000}", "name": "text:X"}, (Option("a", "word:other_time"),))
    message = rendered(say).message
    assert isinstance(message, ButtonsMessage)
    assert len(message.body) < limits.INTERACTIVE_BODY


# ---- kinds of messages -----------------------------------------------------------------------------------------------


def chat(say: Say, language: str | None = "en") -> str:
    return transcript(say, talk=TALK.with_(language=language), facts=World(), service=SERVICE, keys=KEYS, today=TODAY)


def test_the_greeting_is_one_message_with_the_three_languages_under_each_other() -> None:
    buttons = tuple(Option(name, f"word:{name}") for name in ("bengali", "hindi", "english"))
    lines = chat(Say("greeting", buttons=buttons), language=None).split("\n\n")
    assert [line.split("!")[0] for line in lines] == ["নমস্কার", "नमस्ते", "Hello"]
    assert "কলকাতা টিকা ডেস্ক" in lines[0]
    assert "कोलकाता टीका डेस्क" in lines[1]
    assert lines[2].endswith("[বাংলা] [हिन्दी] [English]")


def test_without_a_language_anything_but_the_greeting_is_english() -> None:
    assert chat(Say("voice_note"), language=None) == chat(Say("voice_note"), language="en")


def test_once_a_language_is_chosen_the_greeting_is_in_that_one() -> None:
    assert chat(Say("greeting"), language="bn").startswith("নমস্কার")
    assert "Hello" not in chat(Say("greeting"), language="bn")


def test_service_and_helpline_are_known_to_every_text() -> None:
    assert SERVICE.helpline in chat(Say("voice_note"), language="hi")


def test_a_question_with_buttons() -> None:
    say = Say("confirm", CONFIRM, (Option("book.7M4QK1", "word:yes_book"), Option("other_time", "word:other_time")))
    assert chat(say) == (
        "Please check:\n"
        "💉 রিনা দাস, 2nd dose, Covishield, free\n"
        "🗓 Tuesday 24 November, 11 am – 1 pm\n"
        "📍 Ward 68 Centre, 900 m\n"
        "Card: Aadhaar, last digits 1234\n"
        "Shall I book it?\n"
        "[Yes, book it] [Other time]"
    )


@pytest.mark.parametrize(
    ("language", "row"),
    [
        ("en", "9 – 11 am — Tuesday 24 November · 12 places free"),
        ("bn", "সকাল ৯টা – ১১টা — মঙ্গলবার ২৪ নভেম্বর · ১২টা জায়গা খালি"),
        ("hi", "सुबह 9 – 11 बजे — मंगलवार 24 नवंबर · 12 जगह खाली"),
    ],
)
def test_a_list_of_times_shows_hours_day_and_places(language: str, row: str) -> None:
    rows = (Option("book.7M4QK0", "slot:7M4QK0:12"), Option("more", "word:other_centre"))
    say = Say("choose_slot", {"centre": "centre:C068", "name": "name:1"}, rows=rows, list_button="show_times")
    assert f"  · {row}" in chat(say, language).splitlines()


@pytest.mark.parametrize(
    ("language", "row"),
    [
        ("en", "Ward 68 Centre — 900 m · first free Tue 9 am · 12 places"),
        ("bn", "ওয়ার্ড ৬৮ সেন্টার — ৯০০ মিটার · মঙ্গলবার সকাল ৯টা থেকে · ১২টা জায়গা"),
        ("hi", "वार्ड 68 केंद्र — 900 मीटर · मंगलवार सुबह 9 बजे से · 12 जगह"),
    ],
)
def test_a_list_of_centres_shows_distance_first_time_and_places(language: str, row: str) -> None:
    rows = (Option("C068", "centre_row:C068:913:7M4QK0:12"),)
    say = Say("choose_place", {"pin": "text:700019"}, rows=rows, list_button="show_centres")
    assert chat(say, language).splitlines()[-1] == f"  · {row}"


def test_a_list_of_ones_bookings_shows_whose_and_when() -> None:
    rows = (Option(BOOKING, "booking_row:1:7M4QK1"), Option("x", "booking_row:2:7M4QK0"))
    lines = chat(Say("choose_place", {"pin": "text:1"}, rows=rows, list_button="show_centres")).splitlines()
    assert lines[-2] == "  · রিনা দাস — Tuesday 24 November · 11 am – 1 pm"
    assert lines[-1] == "  · Chandrashekhar Venkatar… — Tuesday 24 November · 9 – 11 am"


def test_a_list_of_areas_shows_pin_and_the_other_localities() -> None:
    rows = (Option("700029", "area:700029"),)
    say = Say("choose_place", {"pin": "text:1"}, rows=rows, list_button="show_centres")
    assert chat(say).splitlines()[-1] == "  · Ballygunge — PIN 700029 · Gariahat"


def test_the_confirmation_is_one_message_with_the_qr_above_and_buttons_below() -> None:
    done = rendered(Say("confirmation", CONFIRMATION, CONFIRMATION_BUTTONS, qr=BOOKING))
    assert isinstance(done.message, ButtonsMessage)
    assert done.message.header_image == NOT_UPLOADED
    assert done.picture is not None
    assert done.picture.startswith(b"\x89PNG")
    complete = done.with_media("12345")
    assert isinstance(complete, ButtonsMessage)
    assert complete.header_image == "12345"
    assert complete.body == done.message.body
    assert KEYS.secret_code(BOOKING) in complete.body
    assert "7M4QK1-X9TA" in complete.body


def test_the_qr_opens_the_chat_with_the_reference_typed() -> None:
    assert scan_link("913322861000", BOOKING) == "https://wa.me/913322861000?text=SEBA%207M4QK1-X9TA"


def test_a_qr_without_buttons_is_a_picture_with_a_caption() -> None:
    done = rendered(Say("confirmation", CONFIRMATION, qr=BOOKING))
    assert isinstance(done.message, ImageMessage)
    complete = done.with_media("12345")
    assert isinstance(complete, ImageMessage)
    assert complete.media_id == "12345"


def test_the_way_is_a_pin_on_the_map() -> None:
    done = rendered(Say("", pin="C068"), TALK.with_(language="bn"))
    assert done.message == LocationPin(22.5186, 88.3653, CENTRE.names["bn"], CENTRE.addresses["bn"])
    assert done.with_media("never asked for") is done.message


def test_the_pin_of_a_centre_that_is_gone_says_so() -> None:
    assert isinstance(rendered(Say("", pin="gone")).message, TextMessage)


def test_the_question_for_the_home_carries_whatsapps_location_button() -> None:
    assert isinstance(rendered(Say("ask_where", asks_location=True)).message, LocationRequest)


LIST_OF_THE_DAY = Say(
    "day_list",
    {"centre": "centre:C068", "day": "date:2026-11-24", "count": "count:48"},
    buttons=(Option("do~got_list~C068/2026-11-24", "word:got_list"),),
    document="2026-11-24/C068-1.pdf",
    template="day_list",
)


def test_the_list_of_the_day_is_a_file_above_a_button() -> None:
    done = rendered(LIST_OF_THE_DAY)
    assert (done.document_key, done.filename) == ("2026-11-24/C068-1.pdf", "2026-11-24-C068-1.pdf")
    complete = done.with_media("555")
    assert isinstance(complete, ButtonsMessage)
    assert complete.header_document == HeaderDocument("555", "2026-11-24-C068-1.pdf")
    header = complete.payload(Recipient("91"))["interactive"]["header"]
    assert header == {"type": "document", "document": {"id": "555", "filename": "2026-11-24-C068-1.pdf"}}


def test_a_file_without_buttons_is_a_document_with_a_caption() -> None:
    done = rendered(Say("day_list", LIST_OF_THE_DAY.params, document="2026-11-24/C068-1.pdf"))
    complete = done.with_media("555")
    assert isinstance(complete, DocumentMessage)
    assert complete.media_id == "555"
    assert complete.caption is not None


# ---- shops and orders ------------------------------------------------------------------------------------------------

LINK = Say("shop_link", link="k3Jd02mQx.1795321800", link_button="open_shop")


@pytest.mark.parametrize(("language", "button"), [("en", "Open the shop"), ("bn", "দোকান খুলুন"), ("hi", "दुकान खोलें")])
def test_the_link_to_the_shop_is_one_button_to_a_page_signed_for_this_person(language: str, button: str) -> None:
    message = rendered(LINK, TALK.with_(language=language)).message
    assert isinstance(message, CtaUrl)
    address, _, signed = message.url.rpartition("/go/")
    assert address == "https://shop.example/prod"
    assert KEYS.unsigned("link", signed) == "k3Jd02mQx.1795321800"
    assert KEYS.unsigned("link", signed[:-1] + "!") is None
    assert message.title == unicodedata.normalize("NFC", button)
    assert chat(LINK, language).endswith(f"\n🔗 [{message.title}]")


def test_without_a_language_the_link_says_it_in_three_and_its_button_fits_all() -> None:
    message = rendered(LINK, TALK.with_(language=None)).message
    assert isinstance(message, CtaUrl)
    in_each = [rendered(LINK, TALK.with_(language=each)).message for each in LANGUAGES]
    assert message.body.split("\n\n") == [each.body for each in in_each if isinstance(each, CtaUrl)]
    assert length(message.title) <= limits.LINK_TITLE
    assert rendered(LINK, TALK.with_(language=None)).cut == ()


def test_the_way_to_a_shop_is_a_pin_and_a_hawkers_is_where_they_stand() -> None:
    grocer = rendered(Say("", shop_pin="3F8KQ"), TALK.with_(language="hi")).message
    assert grocer == LocationPin(22.5172, 88.3568, GROCER.names["hi"], GROCER.addresses["hi"])
    assert rendered(Say("", shop_pin="9HAWK")).message == LocationPin(22.5185, 88.3571, "Haradhan")
    assert isinstance(rendered(Say("", shop_pin="gone")).message, TextMessage)


def lines_of(order: str, *buttons: Option, language: str = "en") -> str:
    say = Say("choose_slot", {"centre": f"lines:{order}", "name": "text:X"}, buttons)
    message = rendered(say, TALK.with_(language=language)).message
    assert isinstance(message, TextMessage | ButtonsMessage)
    assert length(message.body) <= (limits.INTERACTIVE_BODY if buttons else limits.TEXT_BODY)
    return message.body.removeprefix("*").partition("*")[0]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", "2 × Amul Taaza milk 500 ml – ₹54\n3 × Potatoes 1 kg – ₹90"),
        ("bn", "২ × আমুল তাজা দুধ ৫০০ মিলি – ₹54\n৩ × আলু ১ কেজি – ₹90"),
        ("hi", "2 × अमूल ताज़ा दूध 500 मिली – ₹54\n3 × आलू 1 किलो – ₹90"),
    ],
)
def test_the_lines_of_an_order_stand_one_under_the_other(language: str, lines: str) -> None:
    assert lines_of("7M4QK2X9", language=language) == unicodedata.normalize("NFC", lines)


def test_thirty_lines_fit_into_a_message_without_buttons_prices_and_all() -> None:
    lines = lines_of("9P6SN4Z1").splitlines()
    assert len(lines) == 30
    assert lines[-1] == "30 × Cold-pressed yellow mustard oil 1 l – ₹5,550"


def test_where_room_is_scarce_the_prices_go_before_the_goods() -> None:
    lines = lines_of("AQ7TP5A2", Option("a", "word:other_time")).splitlines()
    assert len(lines) == 22
    assert lines[-1] == "22 × Cold-pressed yellow mustard oil 1 l"


@pytest.mark.parametrize(("language", "more"), [("en", "… and {} more"), ("bn", "… আরও {}"), ("hi", "… और {}")])
def test_too_many_lines_end_with_how_many_more_there_are(language: str, more: str) -> None:
    *lines, last = lines_of("BR8VQ6B3", Option("a", "word:other_time"), language=language).splitlines()
    left = unicodedata.normalize("NFC", last).translate(str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789"))
    digits = "".join(sign for sign in left if sign.isdigit())
    assert len(lines) + int(digits) == 60
    assert left.startswith(unicodedata.normalize("NFC", more.format(digits)))
    assert len(lines) > 20


@pytest.mark.parametrize(
    ("label", "title", "beneath"),
    [
        ("line_row:7M4QK2X9:ML1", "Amul Taaza milk", "500 ml × 2 · ₹54"),
        ("line_row:9P6SN4Z1:MO1", "Cold-pressed yellow mus…", "Cold-pressed yellow mustard oil 1 l × 1 · ₹185"),
        ("order_row:7M4QK2X9", "7M4Q-K2X9", "₹144 · being packed"),
        ("product_row:ML1:2650", "Amul Taaza milk", "500 ml · ₹26.50"),
        ("product_row:ML1:", "Amul Taaza milk", "500 ml"),
        ("category_row:dairy:12", "Milk and eggs", "🥛 12 products"),
        ("category_row:dairy:1", "Milk and eggs", "🥛 1 product"),
    ],
)
def test_rows_about_goods_say_more_beneath(label: str, title: str, beneath: str) -> None:
    say = Say("choose_place", {"pin": "text:1"}, rows=(Option("a", label),), list_button="show_centres")
    assert chat(say).splitlines()[-1] == f"  · {title} — {beneath}"


def test_a_shop_sees_whose_an_order_is() -> None:
    say = Say("choose_place", {"pin": "text:1"}, rows=(Option("a", "order_row:7M4QK2X9"),), list_button="show_centres")
    message = rendered(say, TALK.with_(shop_of="3F8KQ")).message
    assert isinstance(message, ListMessage)
    assert message.sections[0].rows[0].title == "7M4Q-K2X9 Rina Das"
    message = rendered(say, TALK.with_(shop_of="another")).message
    assert isinstance(message, ListMessage)
    assert message.sections[0].rows[0].title == "7M4Q-K2X9"


@pytest.mark.parametrize("label", ["line_row:7M4QK2X9:MO1", "line_row:gone:ML1", "order_row:gone", "product_row:X:1"])
def test_a_row_about_goods_that_are_gone_is_left_out(label: str) -> None:
    rows = (Option("a", label), Option("b", "category_row:dairy:2"))
    done = rendered(Say("choose_place", {"pin": "text:1"}, rows=rows, list_button="show_centres"))
    assert isinstance(done.message, ListMessage)
    assert [row.id for row in done.message.sections[0].rows] == ["b"]


def test_opening_hours_fit_on_a_row_in_every_language() -> None:
    hours = (Option("a", "open_hours:7-21"), Option("b", "open_hours:7:30-21:30"), Option("c", "open_hours:10-22"))
    said = Say("voice_note", rows=hours, list_button="show_times")
    check_say_fits(said, talk=TALK, facts=World(), service=SERVICE, keys=KEYS, today=TODAY)
    assert in_all("open_hours:7:30-21") == ["7:30 am – 9 pm", "সকাল ৭:৩০ – রাত ৯টা", "सुबह 7:30 – रात 9 बजे"]


# ---- paying inside WhatsApp ------------------------------------------------------------------------------------------


def about(order: Order, say: Say, service: ServiceCard = SERVICE) -> Rendered:
    class Here(World):
        def order(self, name: str) -> Order | None:
            return order if name == order.id else None

    return render(say, talk=TALK, facts=Here(), service=service, keys=KEYS, today=TODAY)


PAY = Say("voice_note", pay=ORDER.id)
PAID = Say("voice_note", paid=ORDER.id)


@pytest.mark.parametrize(
    ("total", "more", "less"), [(14400, None, 0), (15000, 600, 0), (14000, None, 400)], ids=["same", "more", "less"]
)
def test_a_bill_has_the_lines_and_what_weighing_changed(total: int, more: int | None, less: int) -> None:
    done = about(replace(ORDER, total=total), PAY)
    assert isinstance(done.message, OrderDetails)
    assert done.message.total == total
    assert done.message.reference == f"7M4QK2X9-{total}"
    assert (done.message.gateway, done.message.configuration) == ("razorpay", "neighbourhood shops")
    assert [(each.id, each.price, each.quantity) for each in done.message.items] == [
        ("ML1", 2700, 2),
        ("PT1", 3000, 3),
        *([("weighing", more, 1)] if more else []),
    ]
    assert done.message.discount == less
    check_message(done.message.payload(Recipient("91")), lambda _media, _kind: None)


def test_a_bill_reads_as_text_too() -> None:
    bill = chat_text(about(replace(ORDER, total=14000), PAY).message.payload(Recipient("91"))).splitlines()
    assert bill[1:] == [
        "  · 2 × Amul Taaza milk 500 ml — ₹54",
        "  · 3 × Potatoes 1 kg — ₹90",
        "  · By weight — -₹4",
        "💳 [Review and pay ₹140]",
    ]


def test_where_nobody_pays_inside_whatsapp_or_the_order_is_gone_the_text_goes_alone() -> None:
    assert isinstance(about(ORDER, PAY, replace(SERVICE, payment=None)).message, TextMessage)
    assert isinstance(about(ORDER, Say("voice_note", pay="gone")).message, TextMessage)
    assert isinstance(about(replace(ORDER, total=0), PAY).message, TextMessage)


@pytest.mark.parametrize(
    ("life", "status"),
    [(OrderLife.ACCEPTED, "processing"), (OrderLife.READY, "processing"), (OrderLife.COLLECTED, "completed")],
)
def test_a_paid_order_is_told_on_its_bill(life: OrderLife, status: str) -> None:
    done = about(replace(ORDER, life=life, paid=Paid.ONLINE, captured=14400), PAID)
    assert isinstance(done.message, OrderStatus)
    assert (done.message.reference, done.message.status) == ("7M4QK2X9-14400", status)
    assert chat_text(done.message.payload(Recipient("91"))).endswith(f"\n🧾 {status}")


@pytest.mark.parametrize("change", [{"paid": Paid.REFUND_DUE}, {"life": OrderLife.CANCELLED, "paid": Paid.ONLINE}])
def test_whatsapp_is_told_nothing_of_money_that_is_to_be_given_back(change: dict[str, Any]) -> None:
    assert isinstance(about(replace(ORDER, captured=14400, **change), PAID).message, TextMessage)


@pytest.mark.parametrize(
    ("reference", "order"),
    [
        ("7M4QK2X9-34200", "7M4QK2X9"),
        ("7M4QK2X9", None),
        ("7M4QK2X9-", None),
        ("7M4QK2X9-0", None),
        ("7M4QK2X9-342.00", None),
        ("7M4QK2XU-34200", None),
        ("order_7M4QK2X9-34200", None),
        ("", None),
    ],
)
def test_the_reference_of_a_bill_names_its_order(reference: str, order: str | None) -> None:
    assert order_of_bill(reference) == order
    assert order is None or bill_reference(order, 34200) == reference


# ---- options whose facts are gone, names that are long, labels that are alike ----------------------------------------


def test_a_row_whose_session_was_withdrawn_is_left_out() -> None:
    rows = (Option("a", "slot:9ZZZZ0:3"), Option("b", "slot:7M4QK0:3"), Option("c", "centre_row:gone:1:7M4QK0:3"))
    done = rendered(Say("choose_place", {"pin": "text:1"}, rows=rows, list_button="show_times"))
    assert isinstance(done.message, ListMessage)
    assert [row.id for row in done.message.sections[0].rows] == ["b"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_that_lost_all_its_rows_says_so(language: str) -> None:
    rows = (Option("a", "slot:9ZZZZ0:3"),)
    say = Say("choose_place", {"pin": "text:1"}, rows=rows, list_button="show_times")
    assert chat(say, language) == chat(Say("nothing_left"), language)


def test_a_button_whose_session_was_withdrawn_is_left_out() -> None:
    buttons = (Option("a", "short_slot:9ZZZZ0"), Option("b", "word:other_centre"))
    params = {"centre": "centre:C068", "name": "name:1"}
    assert chat(Say("full_alternatives", params, buttons)).endswith("\n[Other centre]")


def test_a_question_that_lost_all_its_buttons_is_still_a_message() -> None:
    params = {"centre": "centre:C068", "name": "name:1"}
    assert isinstance(
        rendered(Say("full_alternatives", params, (Option("a", "short_slot:9ZZZZ0"),))).message, TextMessage
    )


def test_alternatives_on_the_same_weekday_and_hours_are_told_apart_by_the_date() -> None:
    buttons = (Option("a", "short_slot:7M4QK0"), Option("b", "short_slot:8N5RM0"), Option("c", "word:other_centre"))
    params = {"centre": "centre:C068", "name": "name:1"}
    assert chat(Say("full_alternatives", params, buttons)).endswith("[Tue 9 – 11 am] [1 Dec, 9 – 11 am] [Other centre]")
    assert chat(Say("full_alternatives", params, buttons), "bn").endswith(
        "[মঙ্গল, ৯টা – ১১টা] [১ ডিসে, ৯টা – ১১টা] [অন্য কেন্দ্র]"
    )


def test_two_people_of_the_same_name_get_two_buttons_that_differ() -> None:
    people = dict.fromkeys(("1", "2"), PEOPLE["2"])
    buttons = (Option("1", "name:1"), Option("2", "name:2"), Option("n", "word:new_person"))
    done = rendered(Say("welcome_back", buttons=buttons), TALK.with_(people=people))
    assert isinstance(done.message, ButtonsMessage)
    titles = [button.title for button in done.message.buttons]
    assert titles == ["Chandrashekhar Venk…", "Chandrashekhar… (2)", "New person"]


def test_a_long_name_is_cut_between_letters_never_inside_one() -> None:
    name = "শ্রীমতী অন্নপূর্ণা ভট্টাচার্য্য"
    done = rendered(Say("ask_name", buttons=(Option("profile", f"text:{name}"),)), TALK.with_(language="bn"))
    assert isinstance(done.message, ButtonsMessage)
    title = done.message.buttons[0].title
    assert length(title) <= limits.BUTTON_TITLE
    assert title.endswith("…")
    assert title[-2] != "\u09cd"
    assert done.cut == (name,)


def test_a_name_that_is_nothing_but_markup_still_makes_a_button() -> None:
    assert chat(Say("ask_name", buttons=(Option("profile", "text:***"),))).endswith("[–]")


@settings(deadline=None)  # a busy machine is no failure
@given(text=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
def test_whatever_people_write_the_message_can_be_sent(text: str, language: str) -> None:
    people = {"1": replace(PEOPLE["1"], name=text)}
    buttons = (Option("1", "name:1"), Option("2", f"text:{text}"), Option("3", "word:new_person"))
    params = {"centre": f"text:{text}", "name": "name:1"}
    done = rendered(Say("choose_slot", params, buttons), TALK.with_(language=language, people=people))
    check_message(done.message.payload(Recipient("91")), lambda _media, _kind: None)
    rows = (Option("1", "booking_row:1:7M4QK1"), Option("2", f"text:{text}"))
    done = rendered(
        Say("choose_slot", params, rows=rows, list_button="show_times"), TALK.with_(language=language, people=people)
    )
    check_message(done.message.payload(Recipient("91")), lambda _media, _kind: None)


# ---- templates -------------------------------------------------------------------------------------------------------

REMINDER = Say(
    "appointment_reminder",
    {
        "name": "name:1",
        "dose": "dose:2",
        "day": "day:7M4QK1",
        "time": "hours:7M4QK1",
        "centre": "centre_name:C068",
        "id_type": "card:aadhaar",
        "ref": f"reference:{BOOKING}",
    },
    buttons=CONFIRMATION_BUTTONS,
    template="appointment_reminder",
    booking=BOOKING,
)


def parameters(payload: dict[str, Any]) -> dict[str, str]:
    body = next(part for part in payload["template"]["components"] if part["type"] == "body")
    return {each["parameter_name"]: each["text"] for each in body["parameters"]}


@pytest.mark.parametrize(
    ("language", "day", "hours"),
    [
        ("en", "Tuesday 24 November", "11 am – 1 pm"),
        ("bn", "মঙ্গলবার ২৪ নভেম্বর", "সকাল ১১টা – দুপুর ১টা"),
        ("hi", "मंगलवार 24 नवंबर", "सुबह 11 – दोपहर 1 बजे"),
    ],
)
def test_a_reminder_outside_the_window_is_a_template_with_the_same_facts(language: str, day: str, hours: str) -> None:
    message = as_template(REMINDER, TALK.with_(language=language)).message
    assert isinstance(message, TemplateMessage)
    payload = message.payload(Recipient("91"))
    assert (payload["template"]["name"], payload["template"]["language"]["code"]) == ("appointment_reminder", language)
    assert parameters(payload) == {
        "person": "রিনা দাস",
        "day": day,
        "time": hours,
        "centre": CENTRE.names[language],
        "reference": "7M4QK1-X9TA",
    }
    assert message.quick_replies == ("do~way~C068", f"do~change~{BOOKING}")


def test_the_list_of_the_day_goes_as_a_template_with_its_file() -> None:
    done = as_template(LIST_OF_THE_DAY, TALK.with_(language="bn"))
    assert done.document_key == "2026-11-24/C068-1.pdf"
    complete = done.with_media("777")
    assert isinstance(complete, TemplateMessage)
    assert complete.header_document == HeaderDocument("777", "2026-11-24-C068-1.pdf")
    values = parameters(complete.payload(Recipient("91")))
    assert values == {"centre": CENTRE.short_names["bn"], "date": "মঙ্গলবার ২৪ নভেম্বর", "people": "৪৮"}


@pytest.mark.parametrize("language", [*LANGUAGES, None])
def test_what_has_no_template_becomes_word_that_a_message_waits(language: str | None) -> None:
    message = as_template(Say("confirm", CONFIRM, CONFIRMATION_BUTTONS), TALK.with_(language=language)).message
    assert isinstance(message, TemplateMessage)
    assert (message.name, message.language) == ("message_waiting", language or "en")
    assert message.quick_replies == ()
    assert [parameter.text for parameter in message.parameters] == [SERVICE.names[language or "en"]]


NEW_ORDER = Say(
    "shopkeeper_new_order",
    {
        "ref": "order:7M4QK2X9",
        "total": "due:7M4QK2X9",
        "lines": "lines:7M4QK2X9",
        "count": "count:2",
        "minutes": "count:5",
    },
    buttons=tuple(Option(each, f"word:{each}") for each in ("packed_already", "yes_take", "something_missing")),
    template="shop_new_order",
)


def test_an_order_goes_to_a_shop_as_a_template_with_its_lines_in_one() -> None:
    message = as_template(NEW_ORDER, TALK.with_(language="bn")).message
    assert isinstance(message, TemplateMessage)
    assert parameters(message.payload(Recipient("91"))) == {
        "reference": "7M4Q-K2X9",
        "total": "₹144",
        "count": "২",
        "lines": "২ × আমুল তাজা দুধ ৫০০ মিলি – ₹54; ৩ × আলু ১ কেজি – ₹90",
        "minutes": "৫",
    }
    assert message.quick_replies == ("packed_already", "yes_take", "something_missing")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_order_still_fits_into_its_template(language: str) -> None:
    say = replace(NEW_ORDER, params={**NEW_ORDER.params, "lines": "lines:BR8VQ6B3"})
    message = as_template(say, TALK.with_(language=language)).message
    assert isinstance(message, TemplateMessage)
    values = parameters(message.payload(Recipient("91")))
    assert length(template("shop_new_order", language).filled(values)) <= limits.TEMPLATE_BODY
    assert values["lines"].count("; ") >= 15


def test_a_template_whose_values_are_missing_is_a_bug_and_raises() -> None:
    with pytest.raises(OutgoingInvalid, match="reference"):
        as_template(Say("appointment_reminder", {**CONFIRM}, CONFIRMATION_BUTTONS, template="appointment_reminder"))


# ---- everything, in all languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "say",
    [
        Say("confirm", CONFIRM, (Option("a", "word:yes_book"), Option("b", "word:other_time"))),
        Say("offer_nearest", CONFIRM, (Option("a", "word:yes_book"), Option("b", "word:other_centre"))),
        Say("confirmation", CONFIRMATION, CONFIRMATION_BUTTONS, qr=BOOKING),
        Say("ask_name", buttons=(Option("p", "text:A very long name that nobody can put on a button"),)),
        Say(
            "choose_slot",
            {"centre": "centre:C068", "name": "name:2"},
            rows=(Option("a", "slot:7M4QK0:40"), Option("b", "slot:7M4QK1:1"), Option("c", "word:other_centre")),
            list_button="show_times",
        ),
        Say(
            "choose_place",
            {"pin": "text:700019"},
            rows=(Option("a", "centre_row:C068:12345:8N5RM0:400"),),
            list_button="show_centres",
        ),
        LIST_OF_THE_DAY,
        REMINDER,
    ],
    ids=lambda say: say.key,
)
def test_what_is_said_fits_whatsapp_in_all_languages(say: Say) -> None:
    done = check_say_fits(say, talk=TALK, facts=World(), service=SERVICE, keys=KEYS, today=TODAY)
    assert set(done) == set(LANGUAGES)


def test_the_check_of_what_is_said_notices_a_dropped_option_and_a_long_label() -> None:
    world: dict[str, Any] = {"talk": TALK, "facts": World(), "service": SERVICE, "keys": KEYS, "today": TODAY}
    with pytest.raises(AssertionError, match="only"):
        check_say_fits(Say("voice_note", buttons=(Option("a", "short_slot:9ZZZZ0"),)), **world)
    with pytest.raises(AssertionError, match="too long"):
        check_say_fits(Say("voice_note", buttons=(Option("a", "centre_name:C068"),)), **world)
