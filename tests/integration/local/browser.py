"""Somebody's browser on the shop's page, without a browser: keeps cookies, follows redirects, sends forms."""

import json
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import urllib3

from tests.integration.local.caller import Caller


class Page(HTMLParser):
    """A page that was answered."""

    def __init__(self, status: int, path: str, text: str) -> None:
        super().__init__()
        self.status, self.path, self.text = status, path, text
        self.forms: list[tuple[str, dict[str, str]]] = []
        """Each with its action and what it sends if nothing is changed; of several buttons the first."""
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag in ("input", "button") and given.get("name") and self.forms:
            self.forms[-1][1].setdefault(given["name"], given.get("value", ""))
        elif tag == "a":
            self.links.append(given.get("href", ""))

    def form(self, action: str) -> dict[str, str]:
        """What the first form with this action sends."""
        return next(dict(fields) for where, fields in self.forms if where == action)


class Browser:
    """One browser."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._cookies: dict[str, str] = {}

    def open(self, address: str) -> Page:
        """Open a page by its path or its whole address."""
        parts = urlsplit(address)
        return self._ask("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def send(self, action: str, fields: dict[str, str]) -> Page:
        """Send a form."""
        return self._ask("POST", action, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None = None) -> Page:
        for _ in range(5):
            headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
            if body is not None:
                headers["content-type"] = "application/x-www-form-urlencoded"
            answer = self._caller.raw(method, path, body=body, headers=headers, redirect=False)
            self._keep(answer)
            if answer.status != 303:
                return Page(answer.status, path, answer.data.decode())
            method, path, body = "GET", answer.headers["location"].partition("#")[0], None
        raise AssertionError(f"{path} leads on and on")

    def _keep(self, answer: urllib3.BaseHTTPResponse) -> None:
        for line in answer.headers.getlist("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value


def link_in(payload: object) -> str:
    """The address behind the button of a message."""
    url = json.loads(json.dumps(payload))["interactive"]["action"]["parameters"]["url"]
    assert isinstance(url, str)
    return url
