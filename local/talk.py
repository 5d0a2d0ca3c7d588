"""`python -m local.talk`: one phone in a terminal. Attaches to a running stack, or starts one of its own.

Write text, or the number of a button or row to tap it. A line that begins with / is a command (/help lists them).
Works from a pipe as well: each line is one message, and the next is read when all answers have come.
"""

import argparse
import os
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from local.aws.template import TemplateProblem
from local.qr import NoCode, text_in
from local.speech import choices, in_words
from local.stack import Choices, LocalStack, PortTaken

HELP = """\
  a number         taps that button or row
  /photo [caption] sends the photo of a sample card      /location LAT LONG  shares a place
  /voice /sticker /contact /document                     sends one of those
  /phone NUMBER    speaks from another phone             /clock +1h | 2026-11-23T09:00  moves the clock
  /help            this                                  /quit  ends"""

_WIDTH = 84


class Terminal:
    """One conversation at a terminal; `speaker` is the number or user id that writes."""

    def __init__(self, url: str, speaker: str) -> None:
        self._url = url
        self._speaker = speaker
        self._http = urllib3.PoolManager(retries=False)
        self._seen: set[str] = set()
        self._choices: list[tuple[str, str]] = []

    def say(self, line: str) -> bool:
        """Do what a line says; False if the conversation is over."""
        line = line.strip()
        if line in ("/quit", "/q"):
            return False
        if not line:
            return True
        if line == "/help":
            print(HELP)
            return True
        try:
            self._act(line)
        except (ValueError, IndexError):
            print(f"  ? {line} — /help lists what is understood")
        except HTTPError as gone:
            print(f"  ! the stack does not answer: {gone}")
            return False
        return True

    def hear(self) -> None:
        """Wait until all is quiet and print what came."""
        self._post("/local/idle", {"within": 20})
        answer = self._http.request("GET", f"{self._url}/local/phones").json()
        for phone in answer["phones"]:
            if self._speaker not in (phone["id"], phone["user_id"]):
                continue
            for bubble in phone["bubbles"]:
                if bubble["id"] not in self._seen:
                    self._seen.add(bubble["id"])
                    if not bubble["mine"]:
                        self._show(bubble)

    def _act(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        said: dict[str, Any] = {}
        if command == "/phone":
            self._speaker = rest.strip().lstrip("+")
            self._choices = []
            print(f"  (now the phone of {self._speaker})")
            return
        if command == "/clock":
            self._move(rest.strip())
            return
        if command == "/photo":
            said = {"image": {"caption": rest.strip()} if rest.strip() else True}
        elif command == "/location":
            latitude, longitude = rest.replace(",", " ").split()
            said = {"location": {"latitude": float(latitude), "longitude": float(longitude)}}
        elif command in ("/voice", "/sticker", "/document"):
            said = {command[1:]: True}
        elif command == "/contact":
            said = {"contact": {}}
        elif command.startswith("/"):
            raise ValueError(command)
        elif line.isascii() and line.isdigit() and 1 <= int(line) <= len(self._choices):
            said = {"reply_id": self._choices[int(line) - 1][0]}
        else:
            said = {"text": line}
        answer = self._post("/local/say", {"from": self._speaker, **said})
        if answer.get("webhook") != 200:
            print(f"  ! {answer.get('error') or 'the webhook answered ' + str(answer.get('webhook'))}")

    def _move(self, to: str) -> None:
        if to.startswith("+") and to.endswith("h"):
            now = self._http.request("GET", f"{self._url}/local/clock").json()["now"]
            moment = time_of(now, float(to[1:-1]))
        else:
            moment = to if to[10:].count("+") or to.endswith("Z") else f"{to}+05:30"
        answer = self._post("/local/clock", {"now": moment})
        print(f"  (the clock says {answer.get('now') or answer.get('error')})")

    def _show(self, bubble: dict[str, Any]) -> None:
        message, filled = bubble["message"], bubble["filled"]
        print()
        for line in in_words(message, filled):
            wrapped = textwrap.wrap(line, _WIDTH, break_long_words=False) or [""]
            for part in wrapped:
                print(f"  │ {part}")
        picture = ((message.get("interactive") or {}).get("header") or {}).get("image") or message.get("image") or {}
        if picture.get("id"):
            self._show_code(picture["id"])
        offered = choices(message, filled)
        if offered:
            self._choices = offered
        for number, (_, label) in enumerate(offered, start=1):
            print(f"  {number:>3}  [{label}]")
        if (message.get("interactive") or {}).get("type") == "location_request_message":
            print("       [/location LAT LONG]")
        if bubble["ticks"] == "failed":
            print(f"  ! not delivered: {bubble['error']}")
        sys.stdout.flush()

    def _show_code(self, media: str) -> None:
        content = self._http.request("GET", f"{self._url}/local/media/{media}").data
        try:
            print(f"  │ (QR code: {text_in(content)})")
        except NoCode:
            print("  │ (a picture)")

    def _post(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._http.request("POST", f"{self._url}{path}", json=content, timeout=120.0).json()
        return answer


def time_of(now: str, hours: float) -> str:
    """The moment `hours` after an ISO moment."""
    return (datetime.fromisoformat(now) + timedelta(hours=hours)).isoformat()


@contextmanager
def a_stack(port: int) -> Iterator[str]:
    """The address of the stack that runs on `port`, or of one started for this conversation on any free port."""
    url = f"http://127.0.0.1:{port}"
    try:
        answer = urllib3.request("GET", f"{url}/local/health", timeout=2.0, retries=False)
        if answer.status == 200 and answer.json().get("up"):
            print(f"(attached to the stack at {url}; its page shows this phone too)")
            yield url
            return
    except (HTTPError, ValueError):
        pass
    print("Seba, in a terminal. Starting the desk:")
    begun = time.perf_counter()
    with LocalStack(Choices(port=0, log=Path(os.devnull)), say=lambda line: print(line, flush=True)) as stack:
        print(f"Ready after {time.perf_counter() - begun:.1f} s; the same on a page: {stack.url}/")
        yield stack.url


def main() -> int:
    """Talk until /quit, Ctrl-C or the end of the input. Exit code 1 if the stack does not start."""
    parser = argparse.ArgumentParser(prog="python -m local.talk", description=__doc__)
    parser.add_argument("--phone", default="919830012345", help="the number that writes (default %(default)s)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="of a running stack")
    asked = parser.parse_args()
    interactive = sys.stdin.isatty()
    try:
        with a_stack(asked.port) as url:
            terminal = Terminal(url, asked.phone)
            print("Write to the desk, for example: Hi    (/help lists more, /quit ends)\n", flush=True)
            terminal.hear()
            for line in _lines(interactive=interactive):
                if not interactive:
                    print(f"> {line}")
                if not terminal.say(line):
                    break
                terminal.hear()
    except KeyboardInterrupt:
        print()
    except (TemplateProblem, RuntimeError, PortTaken) as problem:
        print(f"The stack does not start: {problem}", file=sys.stderr)
        return 1
    return 0


def _lines(*, interactive: bool) -> Iterator[str]:
    if not interactive:
        for line in sys.stdin:
            yield line.rstrip("\n")
        return
    while True:
        try:
            yield input("\n> ")
        except EOFError:
            print()
            return


if __name__ == "__main__":
    sys.exit(main())
