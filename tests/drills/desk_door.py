"""Row 13 of docs/threats.md: attacks on the desk's sign-in.

A stolen or guessed password, a replayed code, a fixed session, a removed officer, an old second factor, a wrong role.
"""

import random
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

import app as entrance
from campaign.audit.models import Officer as Row
from campaign.desk import service
from campaign.seal.locks import fingerprint
from campaign.signin import factors, sessions
from campaign.signin import gate_views as gate
from campaign.signin import service as entry
from campaign.signin.models import DeskSession
from campaign.signin.sessions import SignedIn
from tests.cast import PASSWORD, Officer, Visitor
from tests.conftest import Clock
from tests.desk.routes import OWNS_FRESH, ROLES, TABLE
from tests.desk.test_every_route import answered, expected
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import campaign

SEED, COOKIE = 20211125, "desk"
FIXED = b"a session id that somebody chose "
CODE = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")
MOST = 13  # guesses that are checked within an hour: five at once, then after waits that double up to 15 minutes
GUESSES = 25
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
STAFF = sorted(
    route for route, wanted in TABLE.items() if isinstance(wanted, str) or wanted["anonymous"] != "open"
)


class Door:
    """The desk, its owner Vera, and how often an attacker got in by each way."""

    def __init__(self, vera: Officer, clock: Clock) -> None:
        self.vera, self.clock, self.chance = vera, clock, random.Random(SEED)
        self.tries: dict[str, list[bool]] = {}
        self.own: list[bool] = []

    def tried(self, way: str, came_in: bool) -> None:
        self.tries.setdefault(way, []).append(came_in)

    def enter(self) -> None:
        """Sign Vera in with a code that was not used yet."""
        self.own.append(self.vera.sign_in(code=self.vera.wait_for_code()).status_code == 303)

    def stranger(self) -> Officer:
        """Return an attacker on another machine who knows Vera's address and has her codes."""
        thief = Officer(self.vera.app, self.vera.mailbox)
        thief.email, thief.secret = self.vera.email, self.vera.secret
        return thief


def run(size: int) -> Result:
    """Try each way `size` times. A hash is cheap here, as in the tests: the drill counts who gets in."""
    clock = Clock()
    with patch.object(factors, "HASHER", CHEAP), campaign(clock=clock) as ground:
        mailbox = Path(ground.environment["SEAL_KEYS"]).parent / "mail"
        door = Door(Officer(ground.app, mailbox).join(), clock)
        for attack in (_guess, _guess_codes, _replay, _replay_recovery, _fix, _remove):
            clock.move(days=1)
            door.enter()
            attack(door, size)
        _walk_routes(door, size)
    looked_at = sum(door.tries.pop("guesses of a password looked at"))
    told = ", ".join(f"{sum(came_in)} of {len(came_in):,} {way}" for way, came_in in door.tries.items())
    held = looked_at <= MOST and not any(any(came_in) for came_in in door.tries.values()) and all(door.own)
    guessed = f"{looked_at} of {GUESSES * size:,} guesses of a password were looked at (at most {MOST})"
    return Result(f"accepted: {told}; {guessed}; Vera came in {sum(door.own):,} of {len(door.own):,} times", held)


def _guess(door: Door, size: int) -> None:
    """Guess passwords once a second, with right codes; Vera signs in from her own machine meanwhile."""
    thief = door.stranger()
    page = thief.get("/desk/sign-in").text
    for number in range(GUESSES * size):
        form = {"email": thief.email, "password": f"guess number {number}", "code": thief.code()}
        answer = thief.fill_in(page, "/desk/sign-in", form)
        door.tried("guesses of a password looked at", answer.status_code != 429)
        door.clock.move(seconds=1)
    door.tried("right passwords among the guesses", thief.sign_in().status_code == 303)
    door.enter()


def _guess_codes(door: Door, size: int) -> None:
    """Guess codes with a stolen password."""
    thief = door.stranger()
    for _ in range(size):
        code = f"{door.chance.randrange(10**6):06}"
        real = code == thief.code()
        door.tried(
            "guessed codes with a stolen password", thief.sign_in(code=code).status_code == 303 and not real
        )
        door.clock.move(minutes=15)


def _replay(door: Door, size: int) -> None:
    """Use codes again: at once, with a space, after another code, and between signing in and confirming oneself."""
    vera = door.vera
    for _ in range(size):
        a = vera.wait_for_code()
        door.own.append(vera.sign_in(code=a).status_code == 303)
        again = [vera.sign_in(code=a), vera.sign_in(code=f"{a[:3]} {a[3:]}")]
        again.append(vera.post("/desk/confirm-yourself", {"code": a}))
        door.enter()
        again.append(vera.sign_in(code=a))
        b = vera.wait_for_code()
        door.own.append(vera.post("/desk/confirm-yourself", {"code": b}).status_code == 303)
        again += [vera.post("/desk/confirm-yourself", {"code": b}), vera.sign_in(code=b), vera.sign_in(code=a)]
        for answer in again:
            door.tried("codes used again (A, A; A, B, A)", answer.status_code == 303)


def _replay_recovery(door: Door, size: int) -> None:
    """Use recovery codes twice."""
    codes = CODE.findall(door.vera.post("/desk/me/recovery-codes", {}, "/desk/me").text)[:size]
    for code in codes:
        door.own.append(door.vera.sign_in(code=code).status_code == 303)
        door.tried("recovery codes used again", door.vera.sign_in(code=code.lower()).status_code == 303)
        door.clock.move(seconds=30)


def _fix(door: Door, size: int) -> None:
    """Put a known session into Vera's browser before she signs in; then use it, and sessions that have ended."""
    vera = door.vera
    for number in range(size):
        known = urlsafe_b64encode(FIXED + str(number).encode().zfill(6)).decode()
        vera.client.set_cookie(COOKIE, known)
        door.enter()
        mine = vera.client.get_cookie(COOKIE)
        assert mine is not None
        door.tried("fixed sessions", _opens(door, known))
        door.own.append(_opens(door, mine.value))
        vera.post("/desk/sign-out", {}, "/desk/me")
        door.tried("ended sessions", _opens(door, mine.value))
    door.enter()


def _opens(door: Door, cookie: str) -> bool:
    """Say whether the desk opens to a browser with only this cookie."""
    thief = Visitor(door.vera.app, door.vera.mailbox)
    thief.client.set_cookie(COOKIE, cookie)
    return thief.get("/desk/me").status_code == 200


def _remove(door: Door, size: int) -> None:
    """Remove officers who are signed in, then use their cookies and passwords."""
    for number in range(min(size, 20)):
        gone = Officer(door.vera.app, door.vera.mailbox).join(
            f"gone{number}@drill.test", "owner", "Invented Officer"
        )
        door.own.append(gone.get("/desk/me").status_code == 200)
        gone.app.test_cli_runner().invoke(args=["desk", "remove", gone.email])
        door.tried("cookies of removed officers", gone.get("/desk/me").status_code == 200)
        door.tried(
            "passwords of removed officers", gone.sign_in(PASSWORD, gone.wait_for_code()).status_code == 303
        )


def _walk_routes(door: Door, size: int) -> None:
    """Let every role ask for every route of the desk, with a fresh second factor and with an old one."""
    people: dict[str, Visitor] = {"anonymous": Visitor(door.vera.app, door.vera.mailbox)}
    for role in ROLES[1:]:
        name = f"{role}@campaign.test"
        people[role] = Officer(door.vera.app, door.vera.mailbox).join(name, "owner" if role == "removed" else role)
    door.vera.app.test_cli_runner().invoke(args=["desk", "remove", "removed@campaign.test"])
    fresh = [route for route in STAFF if TABLE[route] == OWNS_FRESH]
    few = size < len(STAFF)
    chosen = door.chance.sample(STAFF, size) + door.chance.sample(fresh, min(size, 2)) if few else STAFF
    for is_fresh in (True, False):
        door.clock.move(minutes=0 if is_fresh else 6)
        for role, person in people.items():
            if is_fresh and isinstance(person, Officer) and role != "removed":
                person.confirm_oneself()
            for route in chosen:
                wanted = expected(route, role, is_fresh)
                told = answered(person, route) if wanted != "open" else wanted
                door.tried("knocks of a role at a route that is not theirs", told != wanted)


def _took_any(officer: Row, code: str, key: bytes, now: datetime) -> bool:
    """Accept a code that fits, even if it was used before."""
    secret = factors.unlock_secret(key, officer.totp_salt, officer.totp_locked)
    return factors.matching_step(secret, code, 0, now) is not None


def _no_wait(failures: int) -> timedelta:
    return timedelta(0)


def _kept(length: int) -> bytes:
    """Keep the session cookie that the browser already had."""
    cookie = gate.session_cookie() or b""
    return cookie if cookie.startswith(FIXED) else secrets.token_bytes(length)


def _whoever(session: Session, cookie: bytes, *, now: datetime) -> SignedIn | None:
    """Return the cookie's officer, even a removed one."""
    found = select(Row, DeskSession).join(DeskSession, DeskSession.officer_id == Row.id)
    row = session.execute(found.where(DeskSession.cookie_sha256 == fingerprint(cookie))).first()
    return SignedIn(row[0], row[1]) if row else None


@contextmanager
def _removal_alone() -> Iterator[None]:
    """Let a removal only set `removed_at`, and let no check read it."""
    with (
        patch.object(service, "forget_factors", lambda *_: None),
        patch.object(gate, "session_of", _whoever),
    ):
        yield


def _any_role(roles: tuple[str, ...], fresh: bool = False) -> Row:
    return gate.gate((), fresh)


DRILL = Drill(
    row=13,
    name="the desk's door",
    run=run,
    controls=(
        Control("the last step of a code", instead(entry, "_accept_code", _took_any)),
        Control("the wait after wrong passwords", instead(entry, "wait_after", _no_wait)),
        Control("a new session at sign-in", instead(sessions, "secrets", SimpleNamespace(token_bytes=_kept))),
        Control("the end of a removed officer's sessions", _removal_alone),
        Control("the age of a step-up", instead(sessions, "FRESH_FOR", timedelta(days=1))),
        Control("the roles of a route", instead(entrance, "gate", _any_role)),
    ),
    full=60,
    small=2,
    long=400,
)
