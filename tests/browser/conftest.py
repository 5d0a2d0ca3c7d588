"""A whole stack with the real functions and a small world, and the machine's Chromium."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.stack import Choices, LocalStack
from tests.browser.phones import PATIENCE_MS, PhonePage, launch
from tests.machine import ROOT, chromium


# Stopped with their module: moto's account is one per process, and other tests empty it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = launch(playwright, program)
        yield started
        started.close()


@pytest.fixture(scope="module")
def stack(browser: Browser) -> Iterator[LocalStack]:
    world = ROOT / "tests" / "integration" / "local" / "world"
    with LocalStack(Choices(port=0, world=world, log=ROOT / ".seba" / "browser" / "functions.log")) as started:
        yield started


@pytest.fixture
def phones(browser: Browser, stack: LocalStack) -> Iterator[PhonePage]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    opened = PhonePage(page, stack.url)
    yield opened
    page.close()
    assert opened.problems == []


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots are kept: SEBA_PICTURES, or .seba/browser."""
    return Path(os.environ.get("SEBA_PICTURES") or ROOT / ".seba" / "browser")
