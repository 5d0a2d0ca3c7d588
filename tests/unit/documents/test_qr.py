"""The QR of a booking is read by a real decoder, also the way a cheap phone sees it."""

import io
import struct
import subprocess
import sys
import zlib

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from seba.documents.qr import QUIET_ZONE, qr_modules, qr_png
from seba.domain.ids import CROCKFORD

LINK = "https://wa.me/919000000000?text=SEBA%207M4QK2-X9TA"


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def read(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image)]


def test_a_camera_reads_the_link_and_nothing_else() -> None:
    assert read(picture(qr_png(LINK, label="7M4QK2-X9TA"))) == [LINK]


@settings(max_examples=25, deadline=None)
@given(reference=st.text(CROCKFORD, min_size=10, max_size=10), number=st.integers(10**9, 10**14))
def test_every_reference_and_desk_number_is_read_back(reference: str, number: int) -> None:
    shown = f"{reference[:6]}-{reference[6:]}"
    link = f"https://wa.me/{number}?text=SEBA%20{shown}"
    assert read(picture(qr_png(link, label=shown))) == [link]


@pytest.mark.parametrize("angle", [0, 7, 90, 181])
def test_it_survives_a_small_blurred_tilted_jpeg(angle: int) -> None:
    image = picture(qr_png(LINK, label="7M4QK2-X9TA")).rotate(angle, expand=True, fillcolor="white")
    image = image.resize((200, 200), Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(0.8))
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=30)
    assert read(picture(jpeg.getvalue())) == [LINK]


def test_it_survives_a_finger_over_a_tenth_of_it() -> None:
    image = picture(qr_png(LINK))
    middle = image.width // 2
    image.paste("black", (middle, middle, middle + image.width // 6, middle + image.width // 8))
    assert read(image) == [LINK]


@pytest.mark.parametrize("label", ["", "7M4QK2-X9TA"])
def test_the_picture_is_square_and_white_all_around_the_code(label: str) -> None:
    image = picture(qr_png(LINK, label=label))
    assert image.width == image.height >= 640
    side = len(qr_modules(LINK)) + 2 * QUIET_ZONE + (6 if label else 0)
    module = image.width // side
    code = image.convert("L").point(lambda grey: 255 - grey)
    if label:
        code = code.crop((0, 0, image.width, (QUIET_ZONE + len(qr_modules(LINK)) + 3) * module))
    left, top, right, bottom = code.getbbox() or (0, 0, 0, 0)
    assert min(left, top, image.width - right) >= QUIET_ZONE * module
    assert right - left == bottom - top == len(qr_modules(LINK)) * module


def test_the_png_is_eight_bit_rgb_with_right_checksums() -> None:
    png = qr_png(LINK)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, kinds = 8, []
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(kind + data),)
        if kind == b"IHDR":
            assert data[8:] == bytes((8, 2, 0, 0, 0))
        kinds.append(kind)
        at += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


def test_the_label_is_drawn_beneath_and_every_letter_looks_different() -> None:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
    strips = set()
    for letter in letters:
        image = picture(qr_png(LINK, label=letter * 3)).convert("1")
        strips.add(image.crop((0, image.height * 4 // 5, image.width, image.height)).tobytes())
    assert len(strips) == len(letters)


def test_small_letters_of_a_label_are_raised() -> None:
    assert qr_png(LINK, label="7m4qk2-x9ta") == qr_png(LINK, label="7M4QK2-X9TA")


@pytest.mark.parametrize("label", ["রেফ", "A_B", "A" * 31])
def test_a_label_that_cannot_be_drawn_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="label"):
        qr_png(LINK, label=label)


@pytest.mark.parametrize("text", ["", "সেবা", "SEBA\n"])
def test_a_text_that_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        qr_png(text)


def test_the_same_booking_always_gives_the_same_picture() -> None:
    assert qr_png(LINK, label="7M4QK2-X9TA") == qr_png(LINK, label="7M4QK2-X9TA")


def test_drawing_a_qr_loads_no_compiled_library() -> None:
    script = (
        "import sys; from seba.documents.qr import qr_png; qr_png('x', label='X');"
        "print([m for m in ('PIL', 'fpdf', 'uharfbuzz', 'numpy', 'fontTools') if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert answer.stdout.strip() == "[]"
