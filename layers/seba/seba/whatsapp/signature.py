"""Meta's signature on a webhook body, and the handshake by which Meta learns that the address is ours."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

SIGNATURE_HEADER: Final = "X-Hub-Signature-256"
_PREFIX: Final = "sha256="


def sign(app_secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for these raw bytes: "sha256=" and 64 hex digits."""
    return _PREFIX + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def signature_of(headers: Mapping[str, str | None]) -> str | None:
    """The signature among the headers, however their names are cased; HTTP API sends them in lower case."""
    for name, value in headers.items():
        if name.lower() == SIGNATURE_HEADER.lower():
            return value
    return None


def is_signed(app_secret: str, body: bytes, signature: str | None) -> bool:
    """Whether `signature` is Meta's for these raw bytes, compared in constant time.

    An empty secret verifies nothing: a deployment whose secret is not filled in yet must not trust anybody.
    """
    if not app_secret or not signature:
        return False
    return hmac.compare_digest(sign(app_secret, body).encode(), signature.strip().lower().encode("utf-8", "replace"))


def handshake(query: Mapping[str, str | None], verify_token: str) -> str | None:
    """The challenge to echo with 200 for Meta's GET, or None, which is a 403."""
    given, challenge = query.get("hub.verify_token"), query.get("hub.challenge")
    if not verify_token or given is None or challenge is None or query.get("hub.mode") not in (None, "subscribe"):
        return None
    return challenge if hmac.compare_digest(given.encode("utf-8", "replace"), verify_token.encode()) else None
