"""Every chat file, played against the real engine: the desk says what is written there, to the letter."""

import difflib
import unicodedata
from pathlib import Path

import pytest

from tests.conversations.chat import Chat

CHATS = sorted((Path(__file__).parent / "chats").glob("**/*.chat"))


def played(text: str) -> Chat:
    """The chat that the citizen's lines of a file lead to; its comments are kept."""
    chat = Chat()
    for line in text.splitlines():
        if line.startswith(("> ", "~ ")):
            if chat.lines and chat.lines[-1] != "" and not chat.lines[-1].startswith("#"):
                chat.lines.append("")
            chat.play(line)
        elif line.startswith("#"):
            chat.lines.append(line)
    return chat


@pytest.mark.parametrize("path", CHATS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_chat_goes_as_it_is_written(path: Path, request: pytest.FixtureRequest) -> None:
    written = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    heard = "\n".join(played(written).lines) + "\n"
    if request.config.getoption("--rewrite"):
        path.write_text(heard, encoding="utf-8")
        return
    differences = "\n".join(difflib.unified_diff(written.splitlines(), heard.splitlines(), "written", "heard", lineterm=""))
    assert written == heard, f"{path.name} goes otherwise:\n{differences}"
