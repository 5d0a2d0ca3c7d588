"""One port for everything: the page, /local/…, the Meta double under /graph, AWS by its signature, and the HTTP API."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request, send_from_directory

from local.aws.server import AwsServer
from local.lambdas.gateway import HttpRequest
from local.meta.api import faults_api, graph_api
from local.qr import NoCode, text_in
from local.speech import NotUnderstood, message_of, sample_card
from local.world import rosters as read_rosters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from local.stack import LocalStack

PAGE = Path(__file__).resolve().parent / "page"
_IDLE_WITHIN = 30.0

Answer = Response | tuple[Response, int]


def application(stack: "LocalStack") -> "WSGIApplication":
    """The WSGI application of a stack."""
    site = _site(stack)

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if AwsServer.serves(environ):
            return stack.aws(environ, start_response)
        return site(environ, start_response)

    return serve


def _site(stack: "LocalStack") -> Flask:
    site = Flask("local", static_folder=None)
    site.json.ensure_ascii = False  # type: ignore[attr-defined] # the default provider has it
    site.register_blueprint(graph_api(lambda: stack.meta, stack.stopping), url_prefix="/graph")
    site.register_blueprint(faults_api(lambda: stack.meta))
    _add_page(site, stack)
    _add_local(site, stack)
    _add_gateway(site, stack)

    @site.before_request
    def own_pages_only() -> Answer | None:
        """Other websites' scripts get no answer: whoever opens one while the stack runs must not book here."""
        origin = request.headers.get("origin")
        if origin and urlsplit(origin).netloc != request.host and request.path.startswith("/local"):
            return jsonify({"error": "only this stack's own page may ask"}), 403
        return None

    return site


def _add_page(site: Flask, stack: "LocalStack") -> None:
    @site.get("/")
    def index() -> Response:
        return send_from_directory(PAGE, "index.html", max_age=0)

    @site.get("/local/page/card")
    def card() -> Response:
        return Response(sample_card(), mimetype="image/jpeg")

    @site.get("/local/page/<path:name>")
    def part(name: str) -> Response:
        return send_from_directory(PAGE, name, max_age=0)

    @site.get("/favicon.ico")
    def icon() -> Response:
        return send_from_directory(PAGE, "icon.svg", mimetype="image/svg+xml")

    @site.get("/local/stream")
    def stream() -> Response:
        def events() -> Iterator[str]:
            for kind, content in stack.journal.listen():
                yield f"event: {kind}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"

        return Response(events(), mimetype="text/event-stream", headers={"cache-control": "no-store"})


def _add_local(site: Flask, stack: "LocalStack") -> None:
    @site.get("/local/health")
    def health() -> Answer:
        if not stack.ready:
            return jsonify({"up": False}), 503
        return jsonify({"up": True, "now": stack.clock().isoformat()})

    @site.get("/local/sent")
    def sent() -> Answer:
        after = request.args.get("after", "0")
        return jsonify(stack.meta.sent(request.args.get("to"), int(after) if after.isdigit() else 0))

    @site.get("/local/media/<media_id>")
    def media(media_id: str) -> Answer:
        medium = stack.meta.media.find(media_id)
        if medium is None:
            return jsonify({"error": f"there is no media {media_id}"}), 404
        return Response(medium.content, mimetype=medium.mime_type)

    @site.get("/local/media/<media_id>/qr")
    def code(media_id: str) -> Answer:
        medium = stack.meta.media.find(media_id)
        try:
            return jsonify({"text": text_in(b"" if medium is None else medium.content)})
        except NoCode as nothing:
            return jsonify({"error": str(nothing)}), 404

    @site.post("/local/say")
    def say() -> Answer:
        said = _asked()
        speaker = said.get("from")
        if not isinstance(speaker, str | int) or not str(speaker):
            return jsonify({"error": "from is the number or user id of who speaks"}), 400
        try:
            stack.meta.meet(str(speaker), str(said.get("name", "")))
            message, about = message_of(stack.meta, str(speaker), said)
            to = None if said.get("to") is None else str(said["to"])
            identifier, answered = stack.meta.say(str(speaker), message, about=about, to=to)
        except (NotUnderstood, ValueError) as wrong:
            return jsonify({"error": str(wrong)}), 400
        return jsonify({"id": identifier, "webhook": answered.result(timeout=60)})

    @site.route("/local/clock", methods=["GET", "POST"])
    def clock() -> Answer:
        if request.method == "POST":
            try:
                to = datetime.fromisoformat(str(_asked().get("now", "")))
                if to.tzinfo is None:
                    raise ValueError("a moment with its time zone is needed")
            except ValueError:
                return jsonify({"error": "now is a moment such as 2026-11-22T09:00:00+05:30"}), 400
            stack.move_clock(to)
        return jsonify({"now": stack.clock().isoformat(), "offset": stack.clock.offset.total_seconds()})

    @site.get("/local/rosters")
    def rosters() -> Answer:
        return jsonify(read_rosters(stack))

    @site.post("/local/idle")
    def idle() -> Answer:
        asked = request.args.get("within", _asked().get("within", _IDLE_WITHIN))
        try:
            within = float(asked)
        except (TypeError, ValueError):
            return jsonify({"error": "within is a number of seconds"}), 400
        left = stack.settle(within)
        return (jsonify({"idle": False, "left": left}), 503) if left else jsonify({"idle": True})

    @site.route("/local/phones", methods=["GET", "POST"])
    def phones() -> Answer:
        if request.method == "POST":
            asked = _asked()
            try:
                person = stack.meta.meet(
                    str(asked.get("id", "")), str(asked.get("name", "")), str(asked.get("role", "citizen"))
                )
            except ValueError as wrong:
                return jsonify({"error": str(wrong)}), 400
            return jsonify(person.as_json())
        return jsonify(
            {
                "desk": {"number": stack.meta.display_number, **_service(stack)},
                "now": stack.clock().isoformat(),
                "offset": stack.clock.offset.total_seconds(),
                "phones": stack.meta.phones(),
                "desks": stack.desks,
                "shops": stack.shops,
            }
        )

    @site.post("/local/phones/<identity>/online")
    def online(identity: str) -> Answer:
        stack.meta.set_online(identity, bool(_asked().get("online", True)))
        return jsonify({"online": bool(_asked().get("online", True))})

    @site.post("/local/phones/<identity>/number")
    def number(identity: str) -> Answer:
        try:
            stack.meta.change_number(identity, str(_asked().get("number", "")))
        except ValueError as wrong:
            return jsonify({"error": str(wrong)}), 400
        return jsonify({"changed": True})

    @site.post("/local/phones/<identity>/pay")
    def pay(identity: str) -> Answer:
        asked = _asked()
        try:
            answered = stack.meta.pay(
                identity,
                str(asked.get("message", "")),
                str(asked.get("outcome", "captured")),
                amount=None if asked.get("amount") is None else int(asked["amount"]),
                again=bool(asked.get("again", False)),
            )
        except (TypeError, ValueError) as wrong:
            return jsonify({"error": str(wrong)}), 400
        return jsonify({"webhook": answered.result(timeout=60)})

    @site.get("/local/journal")
    def journal() -> Answer:
        return jsonify(stack.journal.entries(int(request.args.get("after", 0))))

    @site.get("/local/environment")
    def environment() -> Answer:
        return jsonify(stack.environment())


def _add_gateway(site: Flask, stack: "LocalStack") -> None:
    @site.route("/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
    def through(path: str) -> Response:
        del path
        headers = {name.lower(): value for name, value in request.headers.items()}
        # What API Gateway says itself, whatever came in; here it is http.
        headers |= {"x-forwarded-proto": request.scheme, "x-forwarded-port": str(stack.port)}
        headers["x-forwarded-for"] = request.remote_addr or "127.0.0.1"
        answer = stack.through_gateway(
            HttpRequest(
                method=request.method,
                path=request.path,
                query=request.query_string.decode("ascii", "replace"),
                headers=headers,
                body=request.get_data(),
                source_ip=request.remote_addr or "127.0.0.1",
            )
        )
        return Response(answer.body, status=answer.status, headers=list(answer.headers))


def _asked() -> dict[str, Any]:
    """The JSON object of the request; {} if there is none."""
    asked = request.get_json(force=True, silent=True)
    return asked if isinstance(asked, dict) else {}


def _service(stack: "LocalStack") -> dict[str, str]:
    variables = stack.environment()
    return {language: variables.get(f"SEBA_SERVICE_{language.upper()}", "") for language in ("bn", "hi", "en")}
