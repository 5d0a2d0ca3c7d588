"""A stand-in for tests of the stack: a page, a form that is echoed, and a door that sets two cookies and leads on."""

import base64
from typing import Any
from urllib.parse import parse_qs


def handler(event: dict[str, Any], context: Any) -> Any:
    html = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}
    if event["rawPath"].startswith("/shop/go/"):
        cookies = ["seba_visit=1; Path=/shop; HttpOnly; Secure; SameSite=Lax", "seba_language=bn; Path=/shop"]
        return {"statusCode": 303, "headers": {"location": "/shop"}, "cookies": cookies}
    if event["requestContext"]["http"]["method"] == "POST":
        # API Gateway hands over a form in base64: it is none of the texts it knows.
        form = parse_qs(base64.b64decode(event["body"]).decode()) if event["isBase64Encoded"] else {}
        return {"statusCode": 200, "headers": html, "body": f"<p>{form['name'][0]}</p>"}
    return {"statusCode": 200, "headers": html, "body": f"<p>{'; '.join(event.get('cookies', []))}</p>"}
