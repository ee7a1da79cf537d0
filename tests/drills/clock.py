"""Row 22 of docs/threats.md: when the clock jumps, ahead or back, no data is erased until an operator confirms the time."""

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
    """Let the worker do its chores, move the clock, and do them again; then confirm that the clock is right."""
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
    """Count the stored names, addresses and intents, and the log's entries."""
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
    name="a clock that jumps erases no data",
    run=run,
    controls=(
        Control(
            "the last known moment, which the clock is compared with",
            instead(retention, "jumped_from", lambda *_, **__: None),
        ),
        Control("the width of a jump", instead(clock, "JUMP", timedelta(days=10_000))),
    ),
    full=200,
    small=3,
)
