"""The option by which transcripts are written anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write the desk's words in the chat files anew")
