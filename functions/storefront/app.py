"""The shop's pages: HTML without scripts, forms, and one cookie for the visit (``seba.services.storefront``).

Every answer forbids to be stored, framed or to run anything; only a link opens a visit, and only a form of the visit
changes anything.
"""

import base64
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from seba import wiring
from seba.domain.errors import SebaError
from seba.messages.catalogue import LANGUAGES
from seba.services.journal import cause_of
from seba.services.storefront import HOME, Answer, Go, Look, Sign, Storefront, busy
from seba.services.storefront_forms import Fields
from seba.services.storefront_visits import KEPT

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

LARGEST_BODY: Final = 64 * 1024
MOST_FIELDS: Final = 200
VISIT, LOOK = "seba_visit", "seba_look"
"""The cookies: whose visit it is (signed), and how pages shall look (``bn.1``: language, and whether with pictures)."""
LOOK_SECONDS: Final = 400 * 24 * 60 * 60
_SWITCHES: Final = {"lang", "pictures", "came", "asked"}
"""Parameters that say how a page is seen, and not which one it is."""
_FORMS_ONLY: Final = {f"{HOME}/place": f"{HOME}/check", f"{HOME}/again": HOME}
"""Addresses that only forms are sent to, and where one is instead who asks for their page again."""

# Without the key, which is read after the restore. Templates are compiled here, once.
wiring.prepare("journal", "pages", "market", "stocks", "orders", "outgoing", "secrets")

app = APIGatewayHttpResolver()


# ---- coming in -------------------------------------------------------------------------------------------------------


@app.get("/shop/go/<token>")
def go(token: str) -> Response[str]:
    """A link from the chat. Programs that look ahead of people see nothing and use nothing up.

    It is refused, not empty: what a browser fetched in advance with success, it would show to the person.
    """
    if _looks_ahead():
        return Response(int(HTTPStatus.FORBIDDEN), "text/plain; charset=utf-8", "", dict(_HEADERS))
    return _answer(lambda front: front.open_link(token), come_in=False)


@app.post("/shop/again")
def again() -> Response[str]:
    """A new link, for whoever had one."""
    return _answer(lambda front: front.send_link(_fields()), come_in=False)


# ---- pages -----------------------------------------------------------------------------------------------------------


@app.get("/shop")
def shelves() -> Response[str]:
    """Search, and all shelves."""
    return _answer(Storefront.shelves)


@app.get("/shop/shelf/<category>")
def shelf(category: str) -> Response[str]:
    """One shelf."""
    page = _query().get("page", "")
    return _answer(lambda front: front.shelf(category, int(page) if page.isdecimal() and len(page) < 4 else 1))


@app.get("/shop/search")
def search() -> Response[str]:
    """What some words find."""
    return _answer(lambda front: front.search(_query().get("q", "")))


@app.get("/shop/details")
def details() -> Response[str]:
    """Who orders."""
    return _answer(Storefront.details)


@app.get("/shop/basket")
def basket() -> Response[str]:
    """What was chosen."""
    return _answer(Storefront.basket)


@app.get("/shop/check")
def check() -> Response[str]:
    """The order before it is placed."""
    return _answer(Storefront.check)


@app.get("/shop/orders")
def orders() -> Response[str]:
    """All orders."""
    return _answer(Storefront.orders)


@app.get("/shop/orders/<order>")
def order(order: str) -> Response[str]:
    """One order."""
    return _answer(lambda front: front.order(order, asked_to_cancel=_query().get("asked") == "cancel"))


@app.get("/shop/orders/<order>/cancel")
def sure(order: str) -> Response[str]:
    """Shall it be cancelled?"""
    return _answer(lambda front: front.ask_whether_to_cancel(order))


# ---- forms -----------------------------------------------------------------------------------------------------------


@app.post("/shop/details")
def save_details() -> Response[str]:
    """Register, or change."""
    return _change(Storefront.save_details)


@app.post("/shop/basket")
def change_basket() -> Response[str]:
    """Put in, take out, count anew."""
    return _change(Storefront.change_basket)


@app.post("/shop/place")
def place() -> Response[str]:
    """Order what the page showed."""
    return _change(Storefront.place)


@app.post("/shop/orders/<order>/cancel")
def cancel(order: str) -> Response[str]:
    """Cancel an order."""
    return _change(lambda front, _: front.cancel(order))


@app.not_found
def lost(_: Exception) -> Response[str]:
    """There is no such page."""
    return _answer(Storefront.lost, come_in=False)


# ---- asked -----------------------------------------------------------------------------------------------------------


def _looks_ahead() -> bool:
    """Whether a preview is drawn or a page fetched in advance: the link is for the person, who comes later."""
    headers = app.current_event.headers
    purpose = headers.get("sec-purpose", "") + headers.get("purpose", "") + headers.get("x-moz", "")
    agent = headers.get("user-agent", "").lower()
    return "prefetch" in purpose or "preview" in purpose or agent.startswith(("whatsapp/", "facebookexternalhit/"))


def _query() -> dict[str, str]:
    return dict(app.current_event.query_string_parameters or {})


def _fields() -> Fields:
    """What a form sent; nothing where it is none of ours."""
    event = app.current_event
    text = event.body or ""
    try:
        content = base64.b64decode(text) if event.is_base64_encoded else text.encode()
        if len(content) > LARGEST_BODY:
            return Fields()
        return Fields(tuple(parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)))
    except ValueError:
        # Too many fields, or no text.
        return Fields()


def _cookies() -> dict[str, str]:
    pairs = (each.partition("=") for each in app.current_event.raw_event.get("cookies") or ())
    return {name.strip(): value for name, _, value in pairs}


def _look(fields: Fields | None) -> Look:
    """As chosen a moment ago, else as remembered; and what the browser prefers."""
    language, _, pictures = _cookies().get(LOOK, "").partition(".")
    query = _query()
    language = (fields or Fields()).get("switch") or query.get("lang", language)
    pictures = query.get("pictures", pictures)
    accepted = app.current_event.headers.get("accept-language", "").lower()
    first = min(LANGUAGES, key=lambda each: accepted.find(each) if each in accepted else len(accepted) + 1)
    came = query.get("came", "")
    preferred = came if came in LANGUAGES else first
    return Look(language if language in LANGUAGES else "", pictures != "0", preferred)


def _here() -> str:
    """The page asked for, as it can be had again: a form's page by its own address."""
    event = app.current_event
    kept = {name: value for name, value in _query().items() if name not in _SWITCHES}
    path = event.path.rstrip("/")
    path = _FORMS_ONLY.get(path, path)
    return f"{path}?{urlencode(kept)}" if kept else path


# ---- answered --------------------------------------------------------------------------------------------------------


_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def _change(do: Callable[[Storefront, Fields], Answer]) -> Response[str]:
    """Carry out a form, if it is one of this visit."""
    fields = _fields()
    return _answer(lambda front: do(front, fields) if front.is_own(fields) else front.mistrusted(), fields)


def _answer(do: Callable[[Storefront], Answer], fields: Fields | None = None, *, come_in: bool = True) -> Response[str]:
    """Answer a visit; with ``come_in`` only one that is not over."""
    house, look = wiring.house(), _look(fields)
    front = None
    try:
        front = Storefront(house.storefront, look, _cookies().get(VISIT, ""), _here())
        answer = front.outside(came="came" in _query()) if come_in and not front.is_inside else do(front)
    except SebaError as error:
        # Also where the key cannot be read, or an operator has to mend something: people get a page, and may try again.
        house.journal.wrong("a page has to be asked for again", cause_of(error))
        house.journal.count("PagesBusy")
        answer = _busy(look, fields)
    return _response(answer, front, look)


def _busy(look: Look, fields: Fields | None) -> Answer:
    settings = wiring.house().settings
    sign = Sign(settings.service_names, settings.desk_number, settings.helpline)
    again = app.current_event.path if fields is not None else _here()
    return busy(again, fields or Fields(), look, sign, wiring.house().clock(), _here())


def _response(answer: Answer, front: Storefront | None, look: Look) -> Response[str]:
    came = isinstance(answer, Go) and answer.came
    headers, cookies = dict(_HEADERS), _set_cookies(front, look, came=came)
    if isinstance(answer, Go):
        headers["Location"] = answer.path
        return Response(int(HTTPStatus.SEE_OTHER), "text/plain; charset=utf-8", "", headers, cookies)
    pages = wiring.house().pages
    headers |= {"Content-Security-Policy": pages.policy, "Content-Language": answer.frame.language}
    if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "5"
    body = pages.draw(answer.page, answer.frame)
    return Response(int(answer.status), "text/html; charset=utf-8", body, headers, cookies, compress=True)


def _set_cookies(front: Storefront | None, look: Look, *, came: bool) -> list[Cookie]:
    """The visit, as of now; and how pages shall look, when it was chosen just now.

    Whoever comes by a link is met in their own language, not in that of the one who had this browser before.
    """
    cookies = []
    if front is not None and front.cookie:
        cookies.append(_cookie(VISIT, front.cookie, int(KEPT.total_seconds())))
    chosen = f"{'' if came else look.language}.{int(look.pictures)}"
    if chosen != _cookies().get(LOOK, ".1"):
        cookies.append(_cookie(LOOK, chosen, LOOK_SECONDS))
    return cookies


def _cookie(name: str, value: str, seconds: int) -> Cookie:
    secure = app.current_event.headers.get("x-forwarded-proto", "https") == "https"
    return Cookie(name, value, path=HOME, secure=secure, http_only=True, max_age=seconds, same_site=SameSite.LAX_MODE)


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """An HTTP request (payload format 2.0)."""
    try:
        return app.resolve(event, context)
    finally:
        wiring.house().journal.flush()
