"""The phones' page as a person uses it: types, taps, looks."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Playwright, expect

# What Chromium needs in a container, and what keeps it from asking the net for anything.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 20_000


def launch(playwright: Playwright, chromium: str) -> Browser:
    """The machine's own Chromium."""
    return playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))


class PhonePage:
    """The page, open."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.problems: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)
        page.goto(url)

    def phone(self, owner: str) -> "Phone":
        """The phone of somebody, by the name above it."""
        place = self.page.locator("section.place").filter(has=self.page.get_by_role("heading", name=owner, exact=True))
        expect(place).to_be_visible(timeout=PATIENCE_MS)
        return Phone(place)

    def move_clock(self, indian_time: str) -> None:
        """Move the clock to a moment such as 2026-11-24T09:05."""
        self.page.get_by_label("Move the clock to (Indian time)").fill(indian_time)
        self.page.get_by_role("button", name="Go", exact=True).click()
        expect(self.page.locator("#moving")).to_have_text("", timeout=120_000)
        expect(self.page.get_by_role("button", name="Go", exact=True)).to_be_enabled(timeout=120_000)

    def picture(self, folder: Path, name: str) -> None:
        """Keep what the page looks like now."""
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")


class Phone:
    """One phone on the page."""

    def __init__(self, place: Locator) -> None:
        self.place = place

    @property
    def heard(self) -> Locator:
        """The messages of the desk, oldest first."""
        return self.place.locator(".row:not(.mine)[data-id]")

    def answered(self, number: int) -> "Phone":
        """Wait until the desk has sent so many messages."""
        expect(self.heard).to_have_count(number, timeout=PATIENCE_MS)
        return self

    def last(self) -> str:
        """The text of the desk's last message."""
        return self.heard.last.locator(".bubble").inner_text()

    def write(self, text: str) -> None:
        """Type and send, waiting for the answer."""
        self._and_wait(lambda: self._type(text))

    def tap(self, label: str) -> None:
        """Tap a button under the desk's last message, waiting for the answer."""
        button = self.heard.last.locator(".under").get_by_text(label, exact=True)
        self._and_wait(button.click)

    def press(self, label: str) -> None:
        """Tap a button under the desk's last message where no answer comes to this phone."""
        self.heard.last.locator(".under").get_by_text(label, exact=True).click()

    def choose(self, row: int | str = 0, *, answered: bool = True) -> str:
        """Open the list under the desk's last message and send a row of it, by its place or some of its words.

        Returns what the row says. Without ``answered`` no answer is waited for.
        """
        self.heard.last.locator(".under button").click()
        sheet = self.place.get_by_role("dialog")
        rows = sheet.locator("label.choice")
        chosen = rows.nth(row) if isinstance(row, int) else rows.filter(has_text=row)
        label = chosen.inner_text()
        chosen.click()
        send = sheet.get_by_role("button", name="Send", exact=True)
        if answered:
            self._and_wait(send.click)
        else:
            send.click()
        return label

    def send_card(self, caption: str = "") -> None:
        """Send the photo of the sample card."""
        self.place.get_by_role("button", name="Attach").click()
        self.place.get_by_role("button", name="Sample ID card").click()
        if caption:
            self.place.get_by_label("Caption (optional)").fill(caption)
        self._and_wait(self.place.get_by_role("button", name="Send photo").click)

    def attach(self, what: str) -> None:
        """Send something odd from the sheet of attachments."""
        self.place.get_by_role("button", name="Attach").click()
        self._and_wait(self.place.get_by_role("button", name=what).click)

    def show_code_to(self, desk: "Phone", desk_name: str) -> str:
        """Open the QR code large and have the desk's phone scan it; returns what stands in that phone's input."""
        self.place.locator(".picture").last.click()
        self.place.get_by_role("button", name=f"Scan with the phone of {desk_name}").click()
        written = desk.place.get_by_role("textbox")
        expect(written).to_have_value(re.compile(r"^SEBA "))
        return written.input_value()

    def send_what_is_written(self) -> None:
        """Press send."""
        self._and_wait(self.place.get_by_role("button", name="Send", exact=True).click)

    def _type(self, text: str) -> None:
        box = self.place.get_by_role("textbox")
        box.fill(text)
        box.press("Enter")

    def _and_wait(self, act: Callable[[], object]) -> None:
        """Do something and wait for the next message of the desk."""
        before = self.heard.count()
        act()
        expect(self.heard).not_to_have_count(before, timeout=PATIENCE_MS)
