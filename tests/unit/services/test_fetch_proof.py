"""The photo of a card: fetched, recognised by what it is, kept; what never comes holds nothing up."""

import pytest

from seba.conversation.codec import read_effect, write_effect
from seba.conversation.records import Effect
from seba.conversation.say import FetchProof, Say
from seba.domain.errors import NotNow, Unusable
from seba.services.fetch_proof import MOST_BYTES, ProofPorts, fetch_proof, kind_of
from seba.whatsapp.client import MediaRefused, MediaTooLarge, MetaUnreachable
from seba.whatsapp.limits import Disposition
from tests.fakes.world import NOW, FakeFiles, FakeJournal, FakeMeta

JPEG = b"\xff\xd8\xff\xe0 a photo"
BODY = write_effect(Effect("rinarina1-a1b2c3d4e5f6-1", FetchProof("m1", "p7")), NOW)


class Desk:
    def __init__(self) -> None:
        self.meta, self.files, self.journal = FakeMeta(), FakeFiles(), FakeJournal()
        self.meta.media["m1"] = JPEG
        self.ports = ProofPorts(self.meta, self.files, read_effect, self.journal)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_photo_is_kept_under_its_citizen(desk: Desk) -> None:
    fetch_proof(BODY, desk.ports)
    assert desk.files.files == {"rinarina1/p7": (JPEG, "image/jpeg")}


def test_fetched_twice_it_is_the_same_file(desk: Desk) -> None:
    fetch_proof(BODY, desk.ports)
    fetch_proof(BODY, desk.ports)
    assert len(desk.files.files) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"GIF89a", None),
        (b"XXXX\x00\x00\x00\x00WEBP", None),
        (b"<html>", None),
        (b"MZ\x90", None),
        (b"", None),
        (b"\xff\xd8", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


def test_what_is_no_picture_is_not_kept(desk: Desk) -> None:
    desk.meta.media["m1"] = b"<html>"
    fetch_proof(BODY, desk.ports)
    assert desk.files.files == {}
    assert desk.journal.counts == {"ProofsLost": 1}


@pytest.mark.parametrize(
    "error", [MediaTooLarge(MOST_BYTES), MediaRefused(100, 400, None, Disposition.GIVE_UP), MediaRefused(None, 404)]
)
@pytest.mark.parametrize("call", ["media_url", "download"])
def test_what_never_comes_is_counted_and_done_with(desk: Desk, error: Exception, call: str) -> None:
    desk.meta.faults.plan(call, error)
    fetch_proof(BODY, desk.ports)
    assert desk.files.files == {}
    assert desk.journal.counts == {"ProofsLost": 1}


@pytest.mark.parametrize(
    "error",
    [
        MetaUnreachable("no connection"),
        MediaRefused(190, 401, None, Disposition.STOP_SENDER),
        MediaRefused(131000, 500, None, Disposition.RETRY_RECONCILE),
    ],
)
def test_what_may_come_later_is_tried_again(desk: Desk, error: Exception) -> None:
    desk.meta.faults.plan("media_url", error)
    with pytest.raises(type(error)):
        fetch_proof(BODY, desk.ports)
    fetch_proof(BODY, desk.ports)
    assert "rinarina1/p7" in desk.files.files


def test_a_busy_bucket_is_tried_again(desk: Desk) -> None:
    desk.files.faults.plan("put", NotNow("busy"))
    with pytest.raises(NotNow):
        fetch_proof(BODY, desk.ports)


@pytest.mark.parametrize("body", ["nonsense", write_effect(Effect("rinarina1-a1b2c3d4e5f6-1", Say("x")), NOW)])
def test_a_body_that_is_no_proof_is_refused(desk: Desk, body: str) -> None:
    with pytest.raises(Unusable):
        fetch_proof(body, desk.ports)
