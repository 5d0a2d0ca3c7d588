"""Media at Meta: uploads, ids that expire, and download links that last five minutes."""

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.meta.refusals import Refusal

LINK_LASTS = timedelta(minutes=5)
UPLOADED_LASTS = timedelta(days=30)
RECEIVED_LASTS = timedelta(days=7)

_MIB = 1024 * 1024
# kind: (largest size in bytes, types); from "Supported media types" of the Cloud API.
KINDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "image": (5 * _MIB, ("image/jpeg", "image/png")),
    "sticker": (500 * 1024, ("image/webp",)),
    "audio": (16 * _MIB, ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")),
    "video": (16 * _MIB, ("video/mp4", "video/3gpp")),
    "document": (
        100 * _MIB,
        (
            "application/pdf",
            "text/plain",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Medium:
    """One picture, document or recording. `expires` is when its id stops working."""

    identifier: str
    content: bytes
    mime_type: str
    filename: str
    expires: datetime

    @property
    def sha256(self) -> str:
        """Hex digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


class MediaStore:
    """Everything uploaded by the product or sent by citizens."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._media: dict[str, Medium] = {}
        self._links: dict[str, tuple[str, datetime]] = {}
        self._next = 900_000_000_000_000

    def upload(self, content: bytes, mime_type: str, filename: str) -> Medium:
        """Take an upload of the business; Refusal 131053 if Meta would not take the type or size."""
        plain = mime_type.split(";", 1)[0].strip().lower()
        fitting = [most for most, types in KINDS.values() if plain in types]
        if not fitting:
            raise Refusal(100, f"Param file must be a file with one of the supported types, not {plain or '(none)'}")
        if not content:
            raise Refusal(131053, "the file is empty")
        if len(content) > max(fitting):
            raise Refusal(131053, f"{plain}: {len(content)} bytes, at most {max(fitting)} are allowed")
        return self._keep(content, plain, filename, UPLOADED_LASTS)

    def receive(self, content: bytes, mime_type: str, filename: str = "") -> Medium:
        """Take what a citizen sends."""
        return self._keep(content, mime_type, filename, RECEIVED_LASTS)

    def _keep(self, content: bytes, mime_type: str, filename: str, lasts: timedelta) -> Medium:
        with self._lock:
            self._next += 1
            medium = Medium(str(self._next), content, mime_type, filename, self._clock() + lasts)
            self._media[medium.identifier] = medium
            return medium

    def find(self, identifier: str) -> Medium | None:
        """The medium, also after its id has expired (for the page); None if there never was one."""
        with self._lock:
            return self._media.get(identifier)

    def check(self, identifier: str, kind: str) -> None:
        """Raise Refusal if a message of `kind` cannot be sent with this id."""
        medium = self.find(identifier)
        if medium is None or self._clock() >= medium.expires:
            raise Refusal(131009, f"{kind}.id {identifier} is not a valid media id")
        most, types = KINDS[kind]
        if medium.mime_type not in types and kind != "document":
            raise Refusal(131053, f"{kind}: media type {medium.mime_type} is not supported")
        if len(medium.content) > most:
            raise Refusal(131053, f"{kind}: {len(medium.content)} bytes, at most {most} are allowed")

    def describe(self, identifier: str, base_url: str) -> dict[str, Any]:
        """Meta's answer to GET /{media id}: a fresh link that lasts five minutes; Refusal 100 if the id is unknown."""
        medium = self.find(identifier)
        if medium is None or self._clock() >= medium.expires:
            raise Refusal(100, f"Unsupported get request. Object with ID '{identifier}' does not exist")
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._links[token] = (identifier, self._clock() + LINK_LASTS)
        return {
            "messaging_product": "whatsapp",
            "url": f"{base_url}/whatsapp_business/attachments/{token}",
            "mime_type": medium.mime_type,
            "sha256": medium.sha256,
            "file_size": len(medium.content),
            "id": identifier,
        }

    def linked(self, token: str) -> Medium | None:
        """What a download link leads to; None once it is over five minutes old."""
        with self._lock:
            identifier, until = self._links.get(token, ("", None))
            if until is None or self._clock() >= until:
                return None
            return self._media.get(identifier)

    def delete(self, identifier: str) -> bool:
        """Forget a medium; False if it was not there."""
        with self._lock:
            return self._media.pop(identifier, None) is not None
