"""The doctor tells an operator in time which parliaments' domains must be reviewed."""

from datetime import UTC, datetime, time, timedelta

from flask import Flask

from tests.conftest import Clock, toolbox_of


def told(site: Flask) -> str:
    with site.app_context():
        run = site.test_cli_runner().invoke(args=["doctor"])
    assert run.exit_code == 0, run.output
    return next(line for line in run.output.splitlines() if line.startswith("parliaments:"))


def test_the_doctor_warns_a_month_before_a_parliament_expires_and_says_so_when_it_has(
    site: Flask, clock: Clock
) -> None:
    match = toolbox_of(site).legislatures.official("bundestag.de")
    assert match is not None
    expires = datetime.combine(match.domain.expires_on, time(9), UTC)
    clock.now = expires - timedelta(days=31)
    assert told(site) == "parliaments: well"
    clock.now = expires - timedelta(days=30)
    assert "within 30 days" in told(site)
    assert "bundestag.de" in told(site)
    clock.now = expires
    assert "prove nothing" in told(site)
    assert "bundestag.de" in told(site)
