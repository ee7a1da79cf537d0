"""docs/privacy.md tells the truth: its durations are the code's."""

import re
from datetime import timedelta

import pytest

from app import ROOT
from campaign.confirm.rules import ANSWER_LIFE
from campaign.desk.rules import APPROVAL_LIFE, INVITATION_LIFE
from campaign.mail.rules import OWED_FOR
from campaign.package.rules import KEPT_FOR
from campaign.sign.rules import INTENT_LIFE
from campaign.signin.rules import SESSION_LIFE
from campaign.storage.backup import BACKUP_LIFE
from campaign.storage.journal import JOURNAL_LIFE
from campaign.withdraw.rules import CONTACT_LIFE, LINK_LIFE, MAIL_LIFE, MONTHS, NAME_LIFE
from tests.cast import Visitor

PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
ROWS = {
    "an entry nobody confirmed": INTENT_LIFE,
    "the same-browser cookie": INTENT_LIFE,
    "a mail that cannot be delivered is tried for": OWED_FOR,
    "the trace of a refused mail, without address": MAIL_LIFE,
    "a link to one's private page that was asked for again": LINK_LIFE,
    "what a signatory was asked about a new version, after the letter closes": ANSWER_LIFE,
    "a sealed address, after the letter's last delivery": CONTACT_LIFE,
    "a withheld or counted name, after the letter's last delivery": NAME_LIFE,
    "a package made for the desk to take, and what was asked for": KEPT_FOR,
    "a backup": BACKUP_LIFE,
    "a line of the erasure journal": JOURNAL_LIFE,
    "an officer's session": SESSION_LIFE,
    "an invitation to the desk": INVITATION_LIFE,
    "what a request for a second person would do": APPROVAL_LIFE,
}


@pytest.mark.parametrize(("what", "life"), ROWS.items())
def test_what_people_are_told_of_durations_is_what_the_code_does(what: str, life: timedelta) -> None:
    (row,) = re.findall(rf"^\| {re.escape(what)}.* \| (\d+) (hours|days) \|$", PAGE, re.MULTILINE)
    assert timedelta(**{row[1]: int(row[0])}) == life


@pytest.mark.parametrize(
    "what", ["a public name", "the receipt or photograph of handing over a delivery", "the log"]
)
def test_what_people_are_told_of_months_is_what_the_code_does(what: str) -> None:
    assert f"| {what} | {MONTHS} months |" in PAGE


def test_the_notice_on_the_site_gives_the_times_of_the_code(somebody: Visitor) -> None:
    page = somebody.get("/en/privacy").text
    times = re.findall(r"<li>.*?(\d+) (hours|days|months)", page)
    lives = (INTENT_LIFE, INTENT_LIFE, ANSWER_LIFE, CONTACT_LIFE, NAME_LIFE, BACKUP_LIFE)
    assert [timedelta(**{unit: int(number)}) for number, unit in times if unit != "months"] == list(lives)
    assert [number for number, unit in times if unit == "months"] == [str(MONTHS), str(MONTHS)]
    assert f"erased after {INTENT_LIFE // timedelta(hours=1)} hours" in page
