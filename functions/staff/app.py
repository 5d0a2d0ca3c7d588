"""The publishers' interface (``/publisher/…``, with a key) and what of draws is public: docs/publishers-api.md.

Errors are problems as RFC 9457 has them, with a list of faults by line and column where a file or a field is at fault.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from seba import wiring
from seba.domain.csv_files import Fault
from seba.domain.draws import Draw
from seba.domain.errors import Conflict, NotFound, NotNow, Refused
from seba.domain.published_draws import header_key, lots_key
from seba.services.admit_publisher import NotAdmitted, admit
from seba.services.change_sessions import Changed, SessionChanges
from seba.services.journal import cause_of
from seba.services.publish_sessions import Publisher
from seba.services.read_order import Faulty, Order, read_day, read_order

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS: Final = 4_000
"""No session is begun with less left: what began is completed, and the answer still reaches the publisher."""
AT_ONCE: Final = 8
"""Sessions of a centre that are written at the same time."""
LARGEST_BODY: Final = 2 * 1024 * 1024
LINK_SECONDS: Final = 900
PROBLEM: Final = "application/problem+json"
JSON: Final = "application/json"
_AGAIN: Final = {"Retry-After": "5"}

app = APIGatewayHttpResolver()


class TimeIsOver(NotNow):
    """What a file holds does not fit into one call; what was written stays, and the same file goes on from there."""


# ---- publishers ------------------------------------------------------------------------------------------------------


@app.post("/publisher/sessions")
def publish() -> Response[str]:
    """A CSV file of centres and sessions; ``?dry_run=1`` checks it and writes nothing."""
    house, publisher = wiring.house(), _admitted()
    content = _body()
    dry_run = _flag("dry_run")
    context: LambdaContext = app.lambda_context

    def tick(done: int, of: int) -> None:
        if done < of and context.get_remaining_time_in_millis() < SPARE_MILLISECONDS:
            raise TimeIsOver(f"{done} of {of} sessions are written: send the same file again, it goes on from there")

    ports = replace(house.publishing, parallel=AT_ONCE)
    published = Publisher(ports, dry_run=dry_run, publisher=publisher).publish(content, house.clock(), tick)
    told: dict[str, Any] = {
        "dry_run": dry_run,
        "centres": published.centres,
        "added": published.added,
        "changed": published.changed,
        "resized": published.resized,
        "unchanged": published.unchanged,
        "by_command": published.by_command,
        "held_up": list(published.held_up),
    }
    numbers = {name: value for name, value in told.items() if isinstance(value, int)}
    house.journal.note("published", publisher=publisher, faults=len(published.faults), **numbers)
    if published.faults:
        detail = "centres with a fault are held up as a whole; of the others everything is done"
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, published.faults, done=told)
    return _answer(told)


@app.post("/publisher/move")
def move() -> Response[str]:
    """Move a centre's session of a vaccine, with everybody booked."""
    return _change(
        ("centre", "day", "vaccine"),
        ("to_day", "to_centre", "dose", "session"),
        lambda changes, publisher, order: changes.move(
            publisher,
            order.text("centre"),
            order.day("day"),
            order.text("vaccine"),
            to_day=order.maybe_day("to_day"),
            to_centre=order.maybe_text("to_centre"),
            dose=order.maybe_dose("dose"),
            session=order.maybe_text("session"),
        ),
    )


@app.post("/publisher/cancel")
def cancel() -> Response[str]:
    """Cancel all sessions of a centre's day, or one."""
    return _change(
        ("centre", "day"),
        ("vaccine", "dose", "session"),
        lambda changes, publisher, order: changes.cancel(
            publisher,
            order.text("centre"),
            order.day("day"),
            order.maybe_text("vaccine"),
            dose=order.maybe_dose("dose"),
            session=order.maybe_text("session"),
        ),
    )


@app.post("/publisher/pause")
def pause() -> Response[str]:
    """Let nothing new be booked at a centre, on a day or on all to come."""
    return _change(
        ("centre",),
        ("day",),
        lambda changes, publisher, order: changes.pause(publisher, order.text("centre"), order.maybe_day("day")),
    )


@app.post("/publisher/resume")
def resume() -> Response[str]:
    """Let a paused centre be booked again."""
    return _change(
        ("centre",),
        ("day",),
        lambda changes, publisher, order: changes.resume(publisher, order.text("centre"), order.maybe_day("day")),
    )


@app.get("/publisher/days")
def days() -> Response[str]:
    """Booked, came, did not come: per day and centre of the publisher's own."""
    publisher = _admitted()
    query = app.current_event.query_string_parameters or {}
    first, last = (_queried_day(query, name) for name in ("from", "to"))
    if last < first:
        raise Faulty([Fault(1, "to", f"{last} is before {first}", "name the earlier day in from")])
    report = SessionChanges(wiring.house().changing).days_report(publisher, first, last)
    return _answer(
        {
            "days": [
                {
                    "day": each.day.isoformat(),
                    "centre": each.centre,
                    "capacity": each.capacity,
                    "walk_in": each.walk_in,
                    "booked": each.booked,
                    "held": each.held,
                    "came": each.came,
                    "absent": each.absent,
                    "free": each.free,
                }
                for each in report
            ]
        }
    )


# ---- everybody -------------------------------------------------------------------------------------------------------


@app.get("/draws")
def draws() -> Response[str]:
    """All draws: the announced hours and the hash of the seed; the seed once it was drawn."""
    return _answer({"draws": [_draw(each) for each in wiring.house().draws.all()]})


@app.get("/draws/<draw>")
def draw(draw: str) -> Response[str]:
    """One draw; once it was made, with links to what anybody needs to draw again."""
    house = wiring.house()
    found = next((each for each in house.draws.all() if each.id == draw), None)
    if found is None:
        raise NotFound("there is no such draw")
    told = _draw(found)
    if found.seed:
        told["published"] = {
            "header": house.list_files.link(header_key(found.id), LINK_SECONDS),
            "lots": house.list_files.link(lots_key(found.id), LINK_SECONDS),
            "links_last_seconds": LINK_SECONDS,
        }
    return _answer(told)


def _draw(draw: Draw) -> dict[str, Any]:
    return {
        "id": draw.id,
        "opens": draw.opens.isoformat(),
        "closes": draw.closes.isoformat(),
        "commitment": draw.commitment,
        "drawn": bool(draw.seed),
        **({"seed": draw.seed} if draw.seed else {}),
    }


# ---- asked -----------------------------------------------------------------------------------------------------------


def _admitted() -> str:
    """The id of the publisher who calls. Raises NotAdmitted."""
    house = wiring.house()
    return admit(app.current_event.headers.get("authorization"), house.timetable, house.journal).id


def _change(
    needed: Sequence[str], allowed: Sequence[str], do: Callable[[SessionChanges, str, Order], Changed]
) -> Response[str]:
    house, publisher = wiring.house(), _admitted()
    order = read_order(_body(), needed, allowed)
    order_of = app.current_event.path.rpartition("/")[2]
    about = {"publisher": publisher, "order": order_of, "centre": order.text("centre")}
    try:
        changed = do(SessionChanges(house.changing), publisher, order)
    except Refused:
        house.journal.note("a publisher's change refused", **about)
        raise
    house.journal.note("changed by a publisher", sessions=len(changed.sessions), people=changed.people, **about)
    return _answer(
        {
            "sessions": [
                {"session": each.id, "centre": each.centre, "day": each.day.isoformat(), "vaccine": each.vaccine}
                for each in changed.sessions
            ],
            "unchanged": changed.unchanged,
            "people": changed.people,
        }
    )


class TooLarge(Refused):
    """A body beyond what is read."""


def _body() -> bytes:
    """The raw bytes. Raises TooLarge."""
    event = app.current_event
    text = event.body or ""
    content = base64.b64decode(text) if event.is_base64_encoded else text.encode()
    if len(content) > LARGEST_BODY:
        raise TooLarge(f"the body has {len(content)} bytes: send {LARGEST_BODY} or fewer at once")
    return content


def _flag(name: str) -> bool:
    value = (app.current_event.query_string_parameters or {}).get(name, "")
    if value.lower() in ("", "0", "no", "false"):
        return False
    if value.lower() in ("1", "yes", "true"):
        return True
    raise Faulty([Fault(1, name, f"“{value[:40]}” is neither yes nor no", "write 1, or leave it out")])


def _queried_day(query: Mapping[str, str], name: str) -> date:
    return read_day(name, query.get(name))


# ---- answered --------------------------------------------------------------------------------------------------------


def _answer(content: Mapping[str, Any]) -> Response[str]:
    body = json.dumps(content, ensure_ascii=False)
    return Response(HTTPStatus.OK, JSON, body, {"Cache-Control": "no-store"})


def _problem(
    status: HTTPStatus,
    detail: str,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response[str]:
    content: dict[str, Any] = {"title": status.phrase, "status": int(status), "detail": detail, **more}
    if faults:
        content["faults"] = [
            {"line": each.line, "column": each.column, "problem": each.problem, "remedy": each.remedy}
            for each in faults
        ]
    body = json.dumps(content, ensure_ascii=False)
    return Response(int(status), PROBLEM, body, {"Cache-Control": "no-store", **(headers or {})})


def _not_admitted(error: NotAdmitted) -> Response[str]:
    return _problem(HTTPStatus.UNAUTHORIZED, str(error), headers={"WWW-Authenticate": "Bearer"})


def _faulty(error: Faulty) -> Response[str]:
    return _problem(HTTPStatus.BAD_REQUEST, str(error), error.faults)


def _too_large(error: TooLarge) -> Response[str]:
    return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error))


def _refused(error: Refused) -> Response[str]:
    return _problem(HTTPStatus.CONFLICT, str(error))


def _not_found(error: NotFound) -> Response[str]:
    return _problem(HTTPStatus.NOT_FOUND, str(error))


def _not_now(error: Exception) -> Response[str]:
    if not isinstance(error, TimeIsOver):
        wiring.house().journal.wrong("a publisher has to try again", cause_of(error))
    detail = str(error) if isinstance(error, TimeIsOver) else "not everything could be done: send the same again"
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=_AGAIN)


for _kind, _told in (
    (NotAdmitted, _not_admitted),
    (Faulty, _faulty),
    (TooLarge, _too_large),
    (Refused, _refused),
    (NotFound, _not_found),
    (NotNow, _not_now),
    (Conflict, _not_now),
):
    app.exception_handler(_kind)(_told)


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """An HTTP request (payload format 2.0)."""
    try:
        return app.resolve(event, context)
    finally:
        wiring.house().journal.flush()
