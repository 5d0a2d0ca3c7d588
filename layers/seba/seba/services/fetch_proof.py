"""The photo of an identity card: fetched from Meta, checked by what it is, put into the proofs bucket. Nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from seba.conversation.records import Effect, parts_of_effect
from seba.conversation.say import FetchProof
from seba.domain.errors import Unusable
from seba.services.journal import Journal
from seba.services.ports import Files
from seba.whatsapp.client import MediaRefused, MediaTooLarge, MediaUrl
from seba.whatsapp.limits import Disposition

MOST_BYTES = 10 * 1024 * 1024
"""WhatsApp's own photos have at most 5 MB; a scan sent as a document may be somewhat larger."""

_KINDS = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
    (b"%PDF-", 0, "application/pdf"),
)


class Media(Protocol):
    """Meta's media API (``seba.whatsapp.client.MetaClient``)."""

    def media_url(self, media_id: str) -> MediaUrl:
        """Where the media is, for five minutes."""

    def download(self, url: str, limit: int) -> bytes:
        """Its bytes."""


@dataclass(frozen=True, slots=True)
class ProofPorts:
    """What fetching needs of the world."""

    media: Media
    proofs: Files
    read: Callable[[str], Effect]
    """The effect in a body of the proofs queue. Raises Unusable."""
    journal: Journal


def fetch_proof(body: str, ports: ProofPorts) -> None:
    """Fetch one photo and keep it; fetched twice it is the same file under the same key.

    What will never come (expired, too large, no picture) is counted and done with: the desk then reads the card itself.
    Raises MetaUnreachable, MetaRejected (Meta is busy, or the token is wrong), NotNow, Unusable: try again later.
    """
    effect = ports.read(body)
    act = effect.act
    if not isinstance(act, FetchProof):
        raise Unusable(f"{type(act).__name__} is not for the proofs function")
    try:
        content = ports.media.download(ports.media.media_url(act.media).url, MOST_BYTES)
    except MediaTooLarge:
        _never(effect, "too large", ports.journal)
        return
    except MediaRefused as error:
        if error.disposition is not Disposition.GIVE_UP:
            raise
        _never(effect, "expired", ports.journal)
        return
    kind = kind_of(content)
    if kind is None:
        _never(effect, "no picture", ports.journal)
        return
    citizen = parts_of_effect(effect.id)[0]
    ports.proofs.put(proof_key(citizen, act.key), content, kind)
    ports.journal.count("ProofsKept")
    ports.journal.note("proof kept", effect=effect.id, bytes=len(content), kind=kind)


def proof_key(citizen: str, key: str) -> str:
    """Where a citizen's photo lies in the proofs bucket."""
    return f"{citizen}/{key}"


def kind_of(content: bytes) -> str | None:
    """What a file is by its first bytes, whatever it is called: JPEG, PNG, WebP or PDF; else None."""
    if content[8:12] == b"WEBP" and content[:4] != b"RIFF":
        return None
    return next((kind for magic, at, kind in _KINDS if content[at : at + len(magic)] == magic), None)


def _never(effect: Effect, reason: str, journal: Journal) -> None:
    journal.count("ProofsLost")
    journal.note("no proof", effect=effect.id, reason=reason)
