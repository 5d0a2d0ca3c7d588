"""Scanning one phone's screen with another."""

import io

import pytest
from PIL import Image

from local.qr import NoCode, text_in
from local.speech import sample_card
from seba.documents.qr import qr_png


@pytest.mark.parametrize(
    "text",
    [
        "https://wa.me/15550000001?text=SEBA%204F7K2M9QXT",
        "SEBA 4F7K2M9QXT",
        "15550000001",
        "https://wa.me/15550000001?text=" + "a" * 90,
        "https://wa.me/15550000001?text=" + "b" * 190,
    ],
)
def test_the_picture_of_a_booking_is_read_as_a_camera_would(text: str) -> None:
    assert text_in(qr_png(text, label="4F7K2M-9QXT")) == text


def test_a_jpeg_of_it_is_read_too() -> None:
    output = io.BytesIO()
    Image.open(io.BytesIO(qr_png("https://wa.me/1"))).convert("RGB").save(output, "JPEG", quality=80)
    assert text_in(output.getvalue()) == "https://wa.me/1"


def _picture(colour: str) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (300, 300), colour).save(output, "PNG")
    return output.getvalue()


@pytest.mark.parametrize("picture", [b"", b"no picture", sample_card(), _picture("white"), _picture("black")])
def test_a_picture_without_a_code_is_said_to_have_none(picture: bytes) -> None:
    with pytest.raises(NoCode):
        text_in(picture)
