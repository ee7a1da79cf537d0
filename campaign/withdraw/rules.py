"""How long each kind of record is kept (docs/running.md tells the campaign)."""

from datetime import date, datetime, timedelta

PURPOSE = "again"  # of the mailed link's token
LINK_LIFE = timedelta(hours=72)  # a mailed link to one's own page
REMINDED_AFTER = timedelta(days=7)
MAIL_LIFE = timedelta(hours=72)  # a plaintext address
CONTACT_LIFE = timedelta(days=90)  # a sealed address, after a letter's last day
NAME_LIFE = timedelta(days=30)  # a name that is not public, after a letter's last day
MONTHS = 24  # a public name after it was confirmed; the log
WIDTH = {"counted": 0, "withheld": 1, "public": 2}  # a larger number shows the name to more people


def last_day(closes_on: date, delivered_on: date | None) -> date:
    """Return a letter's last day: the last delivery, but never before signing closes."""
    return max(closes_on, delivered_on or closes_on)


def is_over(last: date, life: timedelta, today: date) -> bool:
    """Say whether a record that is kept for `life` after a letter's last day is due for deletion."""
    return today >= last + life


def months_before(now: datetime, months: int = MONTHS) -> datetime:
    """Return the same day so many months ago, or the last day of a shorter month."""
    index = now.year * 12 + now.month - 1 - months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    shortest = (first_of_next - timedelta(days=1)).day
    return now.replace(year=year, month=month + 1, day=min(now.day, shortest))


def narrows(before: str, after: str) -> bool:
    """Say whether a use of a name shows it to fewer people than the use before."""
    return WIDTH[after] < WIDTH[before]
