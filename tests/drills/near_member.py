"""Row 3 of docs/threats.md: an impostor signs as a member, and an officer believes it.

The impostor is a staffer, a role mailbox, a look-alike domain or a route. The mailbox and the parliament's list give level
2 at most. If an officer accepts them for another reason, the member is told at the address that the parliament publishes.
The name then waits two days, and is hidden as soon as the member says it is not them.
"""

import re
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update

from campaign.letter.models import Letter
from campaign.mail.address import ROLES, AddressRefused, accept_address
from campaign.mail.models import Mail
from campaign.review import forms
from campaign.storage.statements import table_of
from campaign.verify import disputes, notices, rules, service, views
from campaign.world.legislatures import DomainClass, Legislatures
from tests.cast import Officer
from tests.conftest import Clock
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import campaign
from tests.verify.told import OUTPUTS, let_pass, load, notice, press
from tests.world.lookalike_domains import lookalikes_of

BEGAN = datetime(2026, 11, 25, 9, tzinfo=UTC)  # from the day before on, the registry's entries are current
CLOSES = datetime(2027, 11, 1, tzinfo=UTC).date()
LINK = re.compile(r'href="(/en/appeal/not-me/[^"]+)"')
SYLLABLES = "ba de fi go lu ma ne pi ro su".split()  # noqa: SIM905 - easier to read
MOST = 10**3  # members who can be named apart
PAGE, NAMED = OUTPUTS[1], (OUTPUTS[0], OUTPUTS[1], OUTPUTS[2])
PAGE_S = 6  # after so many seconds a page that was kept is made anew
BY_MAILBOX = ((3, "roster"), (3, "mailbox"), (3, "none"), (2, "mailbox"), (2, "roster"))  # what an officer tries
ABOVE = "above level 2"
BELIEVED = ("office", "known", "public")  # for what else an officer is taken in


class Attack:
    """The desk that is lied to, the members who are signed for, and what came out otherwise than it must."""

    def __init__(self, desk: Officer, clock: Clock, folder: Path) -> None:
        self.desk, self.clock, self.folder = desk, clock, folder
        self.wrong, self.told, self.looks = Counter[str](), 0, 0
        self.listed: set[int] = set()

    def sign(self, number: int, address: str) -> None:
        """Sign as a member; the mailbox is the impostor's own, so its mail is answered."""
        self.desk.sign_and_confirm(name=member(number), email=address)

    def decide(self, number: int, level: int, method: str) -> bool:
        """Accept an entry as the sitting member it names, if the desk lets an officer do so."""
        picked = {"member": str(number)} if level > rules.MAILBOX_LEVEL else {}
        return self.desk.decide(number, level=str(level), method=method, **picked).status_code == 303

    def press_of_desk(self, number: int, button: str) -> None:
        page = f"/desk/signatory/{number}"
        assert self.desk.post(f"{page}/{button}", {}, page).status_code == 303

    def notice(self, number: int) -> tuple[str, str] | None:
        """Return the notice's link and code if one mail is owed, and to the address the parliament publishes."""
        with self.desk.tools.database.read() as session:
            owed = list(session.scalars(select(Mail.recipient).where(Mail.letter == "verify/notice")))
        self.told += owed == [published(number)]
        return notice(self.desk) if owed == [published(number)] else None

    def say_not_me(self, number: int) -> None:
        """Press what stands beside the name on the public list, from a network of one's own."""
        page = self.desk.elsewhere().get(PAGE).text
        _before, found, after = page.partition(member(number))
        link = LINK.search(after) if found else None
        if link:
            network = {"REMOTE_ADDR": f"203.0.{number % 250}.9"}
            self.desk.elsewhere().client.post(link[1], environ_overrides=network)

    def look(self, when: str) -> None:
        """Count the names that an output wrongly shows or wrongly leaves out."""
        self.clock.move(seconds=PAGE_S)
        visitor, self.looks = self.desk.elsewhere(), self.looks + 1
        texts, wrong = [visitor.get(path).text for path in NAMED], set[int]()
        exported = self.folder / f"{self.looks}.csv"
        words = ["roll", "export", "appeal", "--format", "csv", "-o", str(exported)]
        assert self.desk.app.test_cli_runner().invoke(args=words).exit_code == 0
        for text in (*texts, exported.read_text(encoding="utf-8-sig")):
            shown = {number for number in range(1, MOST) if member(number) in text}
            wrong |= shown ^ self.listed
        tally = visitor.get("/api/v1/letters/appeal/tally").json
        assert tally is not None
        self.wrong[when] += len(wrong) or int(tally["total"] != len(self.listed))


def member(number: int) -> str:
    return "Odile " + "".join(SYLLABLES[int(digit)] for digit in f"{number:03}").capitalize()


def published(number: int) -> str:
    return f"m{number}@chamber.test"


def impostors(registry: Legislatures, count: int) -> list[str]:
    """Return the impostors' mailboxes: in turn a staffer's, an office's, one at a near-miss domain, and a route."""
    listed = {name: match.domain.holds for name, match in registry.matches.items() if not name.startswith("*")}
    staff = [name for name, holds in listed.items() if holds is DomainClass.STAFF]
    own = [name for name, holds in listed.items() if holds in (DomainClass.MEMBER, DomainClass.MIXED)]
    roles, found = sorted(ROLES), list[str]()
    for turn in range(-(-count // 4)):
        name = own[turn % len(own)]
        found += [f"clerk{turn}@{staff[turn % len(staff)]}", f"{roles[turn % len(roles)]}@{name}"]
        found += [f"odile{turn}@{_near(registry, name, turn)}", f"odile{turn}%evil.example@{name}"]
    return found[:count]


def _near(registry: Legislatures, name: str, turn: int) -> str:
    """Return a domain made to be taken for this one, and that a mail can be sent to: another trick each turn."""
    tricks = lookalikes_of(name)
    for domain in tricks[turn % len(tricks) :] + tricks:
        with suppress(AddressRefused):
            address = accept_address(f"odile@{domain}")
            if registry.near_miss(address.domain):
                return address.domain
    raise AssertionError(name)


def run(size: int) -> Result:
    """Let so many sign as a member, four at a time, each in another way."""
    clock = Clock()
    clock.now = BEGAN
    with campaign(clock=clock) as ground, tempfile.TemporaryDirectory() as folder:
        with ground.tools.database.write() as session:
            session.execute(update(table_of(Letter)).values(closes_on=CLOSES))
        desk = Officer(ground.app, Path(ground.environment["SEAL_KEYS"]).parent / "mail").join()
        rows = [f"{member(number)},Rives,{published(number)}" for number in range(1, size + 1)]
        load(desk, Path(folder) / "members.csv", "\n".join(["name,constituency,address", *rows]))
        attack = Attack(desk, clock, Path(folder))
        mailboxes = dict(enumerate(impostors(ground.tools.legislatures, size), 1))
        for first in range(1, size + 1, 4):
            _attack(attack, {number: mailboxes[number] for number in range(first, min(first + 4, size + 1))})
    wrong = attack.wrong
    wronged = ", ".join(f"{many} {when}" for when, many in (+wrong).items() if when != ABOVE)
    told = (
        f"{size} sign as a member from a staff, role, near-miss or routed mailbox: {wrong[ABOVE]} above level 2; "
    )
    told += f"{attack.told} of {size} members told at the published address; shown on a list, or missing, against the rules: {wronged or 'none'}"
    return Result(told, wrong.total() == 0 and attack.told == size)


def _attack(attack: Attack, mailboxes: dict[int, str]) -> None:
    """Let four sign, be accepted for what they show, then be believed; two members answer the notice, two see the list."""
    for number, address in mailboxes.items():
        attack.sign(number, address)
        given = [level for level, method in BY_MAILBOX if attack.decide(number, level, method)]
        attack.wrong[ABOVE] += max(given, default=0) > rules.MAILBOX_LEVEL
        attack.desk.deliver_mail()
    attack.look("by mailbox and roster alone")
    links = {}
    for number in mailboxes:
        attack.press_of_desk(number, "undo")
        assert attack.decide(number, 3, BELIEVED[number % 3])
        links[number] = attack.notice(number)
    attack.look("as soon as accepted")
    _answer(attack, list(mailboxes), links)


def _answer(attack: Attack, numbers: list[int], links: dict[int, tuple[str, str] | None]) -> None:
    heard, silent = numbers[::2], numbers[1::2]
    for number in heard:
        if link := links[number]:
            press(attack.desk, *link)
    let_pass(attack.desk, attack.clock, hours=47, minutes=59)
    attack.look("a minute before two days are over")
    let_pass(attack.desk, attack.clock, minutes=1)
    attack.listed |= set(silent)
    attack.look("after two days")
    for number in silent:
        attack.say_not_me(number)
    attack.listed -= set(silent)
    attack.look("once the member says it is not them")
    let_pass(attack.desk, attack.clock, hours=24)
    attack.look("a day later, nothing decided")
    for number in silent[:1]:
        attack.press_of_desk(number, "settle")
        attack.listed.add(number)
    attack.look("after an officer decided")


DRILL = Drill(
    row=3,
    name="an impostor does not become the member",
    run=run,
    controls=(
        Control("the levels that a weak mailbox cannot reach", instead(forms, "weakness_of", lambda *_: None)),
        Control("the notice", instead(service, "notify", lambda *_, **__: notices.SENT)),
        Control("the two days", instead(notices, "TWO_REVIEWERS", rules.LISTED_LAWMAKER)),
        Control(
            "that the answer to a notice hides the name",
            instead(views, "dispute_officially", lambda *_, **__: None),
        ),
        Control("that “this is not me” hides the name", instead(disputes, "may_hide", lambda *_, **__: False)),
    ),
    full=80,
    small=4,
)
