"""What holds for every test: no AWS account is near, in CI nothing is skipped, and no place is lost or sold twice."""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

from tests import invariant

# A slow moment of a busy machine is no failure of the code.
settings.register_profile("seba", deadline=None)
if settings.get_current_profile_name() == "default":  # in CI hypothesis chooses its own "ci"
    settings.load_profile("seba")

# Before anything makes a client: whatever a test forgets to fake must fail here, not reach somebody's account.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_SESSION_TOKEN="testing",
    AWS_DEFAULT_REGION="ap-south-1",
    AWS_REGION="ap-south-1",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    SAM_CLI_TELEMETRY="0",
)
for _setting in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
    os.environ.pop(_setting, None)

_NOTHING_SKIPPED = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skipped test as failed where nothing may be skipped."""
    report = yield
    if _NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped where nothing may be (CI is set): {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    report = yield
    if _NOTHING_SKIPPED and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: skipped where nothing may be (CI is set): {_reason(report)}"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Worlds that are built from here on are this test's."""
    invariant.forget()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """When a test is over, ``seba verify`` finds nothing in the worlds it used."""
    yield
    if item.get_closest_marker("damages") is None:
        broken = invariant.broken()
        assert not broken, f"capacity = remaining + live members does not hold: {broken}"
