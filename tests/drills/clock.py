"""Row 22: a clock that jumps, ahead or back: nobody is forgotten until somebody says that it is right."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory, Signature
from campaign.withdraw import clock, retention
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign
from tests.drills.officers import Scene, officer
from tests.drills.taken import WITHHELD, record, signed

JUMPS = (timedelta(days=800), timedelta(days=3), -timedelta(days=800))


class Clock:
    """A clock to move."""

    now = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def run(people: int) -> Result:
    """Let the worker do its rounds, move the clock, let it do another; then say that it is right."""
    hand, erased = Clock(), []
    with campaign(clock=hand) as ground:
        _sign(ground, people, hand.now)
        for _ in range(3):
            _round(ground, hand, timedelta(minutes=5))
        before, right = _kept(ground), hand.now
        for jump in JUMPS:
            hand.now = right
            _round(ground, hand, jump)
            _round(ground, hand, timedelta(minutes=5))
            erased.append(before - _kept(ground))
        hand.now = right + JUMPS[0]
        said = ground.app.test_cli_runner().invoke(args=["withdraw", "purge", "--clock-is-right"])
        confirmed = before - _kept(ground)
    told = ", ".join(f"{jump.days:+} d: {gone} erased" for jump, gone in zip(JUMPS, erased, strict=True))
    told += f" of {before} names, addresses, intents and log entries; {confirmed} once an operator had confirmed"
    return Result(told, not any(erased) and confirmed >= people * 3 and said.exit_code == 0)


def _sign(ground: Campaign, people: int, at: datetime) -> None:
    with ground.tools.database.write() as session:
        scene = Scene(ground, officer(session, ground, "vera", at))
        for _ in range(people):
            signed(session, scene, at)
            signed(session, scene, at, WITHHELD)
            record(session, scene, at)


def _round(ground: Campaign, hand: Clock, by: timedelta) -> None:
    hand.now += by
    for chore in ground.tools.chores:
        chore(ground.tools.database, hand.now)


def _kept(ground: Campaign) -> int:
    """Count what is kept of people: names, addresses, what waits to be confirmed; and the log."""
    named = func.coalesce(func.length(Signatory.name), func.length(Signatory.sealed_entry)) > 0
    questions = (
        select(func.count()).select_from(Signatory).where(named),
        select(func.count()).select_from(Signature).where(func.length(Signature.sealed_address) > 0),
        select(func.count()).select_from(LogEntry),
    )
    with ground.tools.database.read() as session:
        return sum(session.scalar(question) or 0 for question in questions)


DRILL = Drill(
    row=22,
    name="a clock that jumps forgets nobody",
    run=run,
    controls=(
        Control(
            "the moment that retention holds the clock against",
            instead(retention, "jumped_from", lambda *_, **__: None),
        ),
        Control("the width of a jump", instead(clock, "JUMP", timedelta(days=10_000))),
    ),
    full=200,
    small=3,
)
