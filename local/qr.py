"""Reads a QR code from a clean picture, as a phone's camera would: for scanning one phone's screen with another.

The picture is the one that was sent: drawn, upright and undamaged, so no error correction is needed.
Source: ISO/IEC 18004.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PIL import Image, UnidentifiedImageError
from segno import consts

Grid = list[list[bool]]

_MASKS: Sequence[Callable[[int, int], bool]] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _: row % 2 == 0,
    lambda _, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
_LEVELS = {
    0b01: consts.ERROR_LEVEL_L,
    0b00: consts.ERROR_LEVEL_M,
    0b11: consts.ERROR_LEVEL_Q,
    0b10: consts.ERROR_LEVEL_H,
}
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


class NoCode(ValueError):
    """There is no QR code in the picture that can be read."""


def text_in(picture: bytes) -> str:
    """The text of the QR code in a PNG or JPEG. Raises NoCode."""
    try:
        return _text(_modules(Image.open(io.BytesIO(picture)).convert("L")))
    except (UnidentifiedImageError, IndexError, UnicodeDecodeError) as problem:
        raise NoCode("no QR code can be read in this picture") from problem


def _modules(image: Image.Image) -> Grid:
    """The code's modules: the first dark row is the upper edge of the two upper finders."""
    width, height = image.size
    pixels = image.tobytes()
    start = next((index for index, value in enumerate(pixels) if value < 128), None)
    if start is None:
        raise NoCode("the picture is empty")
    top, left = divmod(start, width)
    row = pixels[top * width : (top + 1) * width]
    edge = next((column for column in range(left, width) if row[column] >= 128), width)
    right = max(column for column in range(left, width) if row[column] < 128)
    module = (edge - left) / 7
    size = round((right - left + 1) / module) if module >= 1 else 0
    if size < 21 or size > 177 or (size - 17) % 4 or top + size * module > height + module:
        raise NoCode("there is no upright QR code in the picture")
    return [
        [
            pixels[int(top + (line + 0.5) * module) * width + int(left + (column + 0.5) * module)] < 128
            for column in range(size)
        ]
        for line in range(size)
    ]


def _text(grid: Grid) -> str:
    size = len(grid)
    version = (size - 17) // 4
    if not all(grid[6][column] == (column % 2 == 0) for column in range(8, size - 8)):
        raise NoCode("the code's timing pattern is missing")
    places = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    form = _number([grid[row][column] for row, column in places]) ^ 0b101010000010010
    level, mask = _LEVELS[form >> 13], _MASKS[form >> 10 & 0b111]
    bits = [grid[row][column] != mask(row, column) for row, column in _path(size, _reserved(size, version))]
    words = [_number(bits[index : index + 8]) for index in range(0, len(bits) // 8 * 8, 8)]
    data = _in_order(words, version, level)
    return _segments([bool(word >> bit & 1) for word in data for bit in range(7, -1, -1)], version)


def _reserved(size: int, version: int) -> set[tuple[int, int]]:
    """The modules that carry no data."""
    taken = {(row, column) for row in range(9) for column in range(9)}
    taken |= {(row, column) for row in range(9) for column in range(size - 8, size)}
    taken |= {(row, column) for row in range(size - 8, size) for column in range(9)}
    taken |= {(6, index) for index in range(size)} | {(index, 6) for index in range(size)}
    if version >= 2:
        centres: tuple[int, ...] = consts.ALIGNMENT_POS[version - 2]
        corners = {(6, 6), (6, size - 7), (size - 7, 6)}
        for row in centres:
            for column in centres:
                if (row, column) not in corners:
                    taken |= {(row + down, column + across) for down in range(-2, 3) for across in range(-2, 3)}
    if version >= 7:
        taken |= {(row, column) for row in range(6) for column in range(size - 11, size - 8)}
        taken |= {(row, column) for row in range(size - 11, size - 8) for column in range(6)}
    return taken


def _path(size: int, reserved: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The data modules in reading order: pairs of columns from the right, upwards and downwards in turn."""
    upwards = True
    column = size - 1
    while column > 0:
        if column == 6:
            column -= 1
        for row in range(size - 1, -1, -1) if upwards else range(size):
            for place in ((row, column), (row, column - 1)):
                if place not in reserved:
                    yield place
        upwards = not upwards
        column -= 2


def _in_order(words: list[int], version: int, level: int) -> list[int]:
    """The data words, block after block; they come interleaved."""
    table: Any = consts.ECC
    lengths: list[int] = [block.num_data for block in table[version][level] for _ in range(block.num_blocks)]
    blocks: list[list[int]] = [[] for _ in lengths]
    stream = iter(words)
    for index in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if index < length:
                block.append(next(stream))
    return [word for block in blocks for word in block]


def _segments(bits: list[bool], version: int) -> str:
    position = 0

    def take(count: int) -> int:
        nonlocal position
        position += count
        return _number(bits[position - count : position])

    large = version > 9
    text = ""
    while len(bits) - position >= 4:
        mode = take(4)
        if mode == 0:
            break
        if mode == 0b0100:
            length = take(16 if large else 8)
            text += bytes(take(8) for _ in range(length)).decode()
        elif mode == 0b0010:
            length = take(11 if large else 9)
            for _ in range(length // 2):
                first, second = divmod(take(11), 45)
                text += _LETTERS[first] + _LETTERS[second]
            text += _LETTERS[take(6)] if length % 2 else ""
        elif mode == 0b0001:
            length = take(12 if large else 10)
            text += "".join(f"{take(10):03d}" for _ in range(length // 3))
            if length % 3:
                text += f"{take(4):01d}" if length % 3 == 1 else f"{take(7):02d}"
        else:
            raise NoCode(f"the code uses mode {mode:04b}")
    return text


def _number(bits: Sequence[bool]) -> int:
    value = 0
    for bit in bits:
        value = value << 1 | bit
    return value
