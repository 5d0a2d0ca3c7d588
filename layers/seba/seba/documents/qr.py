"""The QR code of a booking as a PNG: pure Python, for the notifier, which draws one per confirmation.

Large modules and a wide quiet zone, because cheap phones read it from another phone's scratched screen. The PNG is
8-bit RGB, the only kind WhatsApp promises to take, and only digits and Latin letters are ever drawn into it.
"""

import struct
import zlib

import segno

QUIET_ZONE = 6
"""White modules around the code; the QR standard (ISO/IEC 18004) asks for 4."""
SMALLEST_SIDE = 640
"""Pixels; WhatsApp shows a header picture about this wide."""

_GLYPH_WIDTH, _GLYPH_HEIGHT, _GLYPH_STEP = 5, 7, 6
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- "
# Seven rows of five dots per letter, one hexadecimal pair a row, the leftmost dot is 0x10. Zero has a stroke.
_DOTS = """
0E1113151911 0E 040C04040404 0E 0E1101020408 1F 1F0204020111 0E 02060A121F02 02 1F101E010111 0E
0608101E1111 0E 1F0102040808 08 0E11110E1111 0E 0E11110F0102 0C 0E11111F1111 11 1E11111E1111 1E
0E1110101011 0E 1C1211111112 1C 1F10101E1010 1F 1F10101E1010 10 0E1110171111 0F 1111111F1111 11
0E0404040404 0E 070202020212 0C 111214181412 11 101010101010 1F 111B15151111 11 111119151311 11
0E1111111111 0E 1E11111E1010 10 0E1111111512 0D 1E11111E1412 11 0F10100E0101 1E 1F0404040404 04
111111111111 0E 11111111110A 04 11111115151B 11 11110A040A11 11 1111110A0404 04 1F0102040810 1F
0000001F0000 00 000000000000 00
"""
_FONT = dict(
    zip(_LETTERS, struct.iter_unpack("7B", bytes.fromhex("".join(_DOTS.split()))), strict=True),
)


def qr_modules(text: str) -> tuple[bytes, ...]:
    """The code as rows of 0 (light) and 1 (dark), without a quiet zone; error correction M or better.

    Raises ValueError when the text is empty or holds anything but printable ASCII: what a camera reads is a link.
    """
    if not text or not all(" " <= letter <= "~" for letter in text):
        raise ValueError("a QR code takes printable ASCII only")
    return tuple(bytes(row) for row in segno.make_qr(text, error="m").matrix)


def qr_png(text: str, *, label: str = "", smallest_side: int = SMALLEST_SIDE) -> bytes:
    """A square PNG of the QR code of ``text``, at least ``smallest_side`` pixels wide.

    ``label`` (the reference) stands in a strip beneath, in capital Latin letters, digits, hyphens and spaces; small
    letters are raised. Raises ValueError for a label with anything else, or too long to be drawn (30 characters).
    """
    modules = qr_modules(text)
    label = label.upper()
    if len(label) > 30 or any(letter not in _FONT for letter in label):
        raise ValueError("the label takes up to 30 of 0-9, A-Z, hyphen and space")
    strip = 6 if label else 0  # in modules: room for the label between code and edge
    side = len(modules) + 2 * QUIET_ZONE + strip
    scale = -(-smallest_side // side)
    width = side * scale
    left = (side - len(modules)) // 2 * scale

    white = b"\xff" * width
    rows: list[bytes] = [white] * (QUIET_ZONE * scale)
    for module_row in modules:
        line = _stretch(module_row, scale)
        rows += [line.rjust(left + len(line), b"\xff").ljust(width, b"\xff")] * scale
    beneath = width - len(rows)
    if label:
        dot = min(width * 7 // 8 // (len(label) * _GLYPH_STEP - 1), (strip + QUIET_ZONE - 5) * scale // _GLYPH_HEIGHT)
        lines = _label_lines(label, dot)
        above = 4 * scale  # the standard's quiet zone stays free under the code
        rows += [white] * above
        rows += [line.center(width, b"\xff") for line in lines for _ in range(dot)]
        beneath -= above + len(lines) * dot
    rows += [white] * beneath
    return _png(rows, width)


def _stretch(dots: bytes, scale: int) -> bytes:
    """A row of 0/1 dots as grey bytes (255 light, 0 dark), each ``scale`` wide."""
    return b"".join((b"\x00" if dot else b"\xff") * scale for dot in dots)


def _label_lines(label: str, dot: int) -> list[bytes]:
    """The label's seven rows of grey bytes, each dot ``dot`` wide."""
    lines = []
    for row in range(_GLYPH_HEIGHT):
        dots = bytearray()
        for letter in label:
            bits = _FONT[letter][row]
            dots += bytes((bits >> (_GLYPH_WIDTH - 1 - column)) & 1 for column in range(_GLYPH_WIDTH)) + b"\x00"
        lines.append(_stretch(bytes(dots[:-1]), dot))
    return lines


def _png(rows: list[bytes], width: int) -> bytes:
    """An 8-bit RGB PNG of rows of grey bytes. A row like the one above is written as "no change" and costs nothing."""
    body = bytearray()
    unchanged = b"\x02" + bytes(3 * width)
    above = None
    for row in rows:
        body += unchanged if row == above else b"\x00" + b"".join(bytes((grey,)) * 3 for grey in row)
        above = row
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(body, 6)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
