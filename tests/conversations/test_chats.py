"""Every chat file, played against the real engine: the desk says what is written there, to the letter."""

import difflib
import unicodedata
from pathlib import Path

import pytest

from tests.conversations.chat import Chat

HERE = Path(__file__).parent / "chats"
CHATS = sorted(HERE.glob("**/*.chat"))


BEGINS = "~ begins like "
"""A chat goes on from where another file of the same language ends."""


def played(text: str, folder: Path) -> Chat:
    """The chat that the citizen's lines of a file lead to; its comments are kept."""
    chat = Chat()
    for line in text.splitlines():
        if line.startswith(BEGINS):
            before = (folder / "beginnings" / f"{line.removeprefix(BEGINS)}.chat").read_text(encoding="utf-8")
            lines = [*chat.lines, line]
            chat = played(unicodedata.normalize("NFC", before), folder)
            chat.lines = lines
        elif line.startswith(("> ", "~ ")):
            if chat.lines and chat.lines[-1] != "" and not chat.lines[-1].startswith("#"):
                chat.lines.append("")
            chat.play(line)
        elif line.startswith("#"):
            chat.lines.append(line)
    return chat


@pytest.mark.parametrize("path", CHATS, ids=lambda path: f"{path.relative_to(HERE).with_suffix('')}")
def test_the_chat_goes_as_it_is_written(path: Path, request: pytest.FixtureRequest) -> None:
    written = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    folder = path.parent.parent if path.parent.name == "beginnings" else path.parent
    heard = "\n".join(played(written, folder).lines) + "\n"
    if request.config.getoption("--rewrite"):
        path.write_text(heard, encoding="utf-8")
        return
    differences = "\n".join(
        difflib.unified_diff(written.splitlines(), heard.splitlines(), "written", "heard", lineterm="")
    )
    assert written == heard, f"{path.name} goes otherwise:\n{differences}"
