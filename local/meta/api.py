"""The HTTP face of the Meta double: the Graph API's paths, and orders for faults."""

import socket
import threading
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from local.meta.double import Meta
from local.meta.faults import Fault
from local.meta.refusals import Refusal


def graph_api(meta: Callable[[], Meta], stopping: threading.Event) -> Blueprint:
    """The blueprint of the Graph API; `stopping` ends answers that hang on order."""
    graph = Blueprint("graph", __name__)

    @graph.errorhandler(Refusal)
    def refused(refusal: Refusal) -> tuple[Response, int]:
        return jsonify(refusal.body()), refusal.http_status

    @graph.post("/<version>/<phone_number_id>/messages")
    def messages(version: str, phone_number_id: str) -> Response | tuple[Response, int] | tuple[str, int]:
        del version
        double = meta()
        double.authorise(request.headers.get("authorization"))
        accepted = double.send(phone_number_id, request.get_json(force=True, silent=True))
        fault = accepted.fault
        if fault is not None and fault.how.startswith("hang"):
            stopping.wait(fault.seconds)
        if fault is not None and fault.how.startswith(("hang", "drop")):
            _hang_up()
        if fault is not None and fault.how == "server_error":
            return "<html>Service Unavailable</html>", 503
        return jsonify(accepted.body)

    @graph.post("/<version>/<phone_number_id>/media")
    def upload(version: str, phone_number_id: str) -> Response:
        del version
        double = meta()
        double.authorise(request.headers.get("authorization"))
        if phone_number_id not in double.numbers:
            raise Refusal(100, f"Object with ID '{phone_number_id}' does not exist")
        file = request.files.get("file")
        if request.form.get("messaging_product") != "whatsapp":
            raise Refusal(100, "messaging_product must be whatsapp")
        if file is None:
            raise Refusal(100, "parameter file is missing")
        mime_type = request.form.get("type") or file.mimetype or ""
        medium = double.media.upload(file.read(), mime_type, file.filename or "")
        return jsonify({"id": medium.identifier})

    @graph.get("/<version>/<phone_number_id>/payments/<configuration>/<reference>")
    def look_up(version: str, phone_number_id: str, configuration: str, reference: str) -> Response:
        del version
        double = meta()
        double.authorise(request.headers.get("authorization"))
        return jsonify(double.look_up_payment(phone_number_id, configuration, reference))

    @graph.get("/<version>/<media_id>")
    def describe(version: str, media_id: str) -> Response:
        del version
        double = meta()
        double.authorise(request.headers.get("authorization"))
        return jsonify(double.media.describe(media_id, request.host_url.rstrip("/") + "/graph"))

    @graph.delete("/<version>/<media_id>")
    def delete(version: str, media_id: str) -> Response:
        del version
        double = meta()
        double.authorise(request.headers.get("authorization"))
        return jsonify({"success": double.media.delete(media_id)})

    @graph.get("/whatsapp_business/attachments/<token>")
    def download(token: str) -> Response | tuple[str, int]:
        double = meta()
        try:
            double.authorise(request.headers.get("authorization"))
        except Refusal:
            return "", 401
        medium = double.media.linked(token)
        if medium is None:
            return "", 404
        return Response(medium.content, mimetype=medium.mime_type)

    return graph


def faults_api(meta: Callable[[], Meta]) -> Blueprint:
    """POST orders a fault for the next sends, GET counts those still to come, DELETE forgets them."""
    orders = Blueprint("faults", __name__)

    @orders.route("/local/meta/faults", methods=["GET", "POST", "DELETE"])
    def faults() -> tuple[Response, int] | Response:
        double = meta()
        if request.method == "POST":
            order: Any = request.get_json(force=True, silent=True)
            try:
                double.faults.order(Fault.from_json(order if isinstance(order, dict) else {"how": ""}))
            except (TypeError, ValueError) as wrong:
                return jsonify({"error": str(wrong)}), 400
        elif request.method == "DELETE":
            double.faults.clear()
        return jsonify({"coming": len(double.faults)})

    return orders


def _hang_up() -> None:
    """Close the connection without an answer, as a network does."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
