"""The officers of a drill: how they get their factors, and whether these still work."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.desk.rules import OWNER, VIEWER
from campaign.desk.service import Duties, Joining, change_duties, invite, join, recover
from campaign.seal.locks import fingerprint
from campaign.signin.factors import matching_step, recovery_hash, totp_secret, unlock_secret
from campaign.signin.keyring import change_authenticator, next_authenticator, renew_recovery_codes
from campaign.signin.models import DeskSession, Passkey, RecoveryCode
from campaign.signin.rules import SESSION_LIFE
from tests.drills.ground import Campaign

PASSWORD = "a hash that only looks like one"


@dataclass(frozen=True)
class Scene:
    """A campaign, the officer who decides, and the people of each kind."""

    ground: Campaign
    by: Officer

    @property
    def key(self) -> bytes:
        assert self.ground.tools.keys is not None
        return self.ground.tools.keys.index_key


def now() -> datetime:
    return datetime.now(UTC)


def officer(session: Session, scene: Scene | Campaign, name: str, at: datetime) -> Officer:
    """Let an officer join the desk by invitation."""
    ground = scene.ground if isinstance(scene, Scene) else scene
    assert ground.tools.keys is not None
    secret = invite(session, f"{name}@campaign.test", Duties(OWNER), None, now=at)
    joining = Joining(name, PASSWORD, pyotp.TOTP(totp_secret(secret)).at(at))
    return join(session, secret, joining, ground.tools.keys.index_key, now=at)


def joined(session: Session, scene: Scene, at: datetime) -> int:
    return officer(session, scene, secrets.token_hex(6), at).id


def of(session: Session, number: int) -> Officer:
    return session.get_one(Officer, number)


def signed_in(session: Session, scene: Scene, at: datetime) -> bytes:
    cookie = secrets.token_bytes(32)
    session.add(
        DeskSession(officer_id=joined(session, scene, at), cookie_sha256=fingerprint(cookie), how="code",
                    browser="", began_at=at, seen_at=at, fresh_at=at, expires_at=at + SESSION_LIFE)
    )  # fmt: skip
    return cookie


def with_passkey(session: Session, scene: Scene, at: datetime) -> Passkey:
    passkey = Passkey(officer_id=joined(session, scene, at), credential_id=secrets.token_bytes(32),
                      public_key=b"", sign_count=0, name="", added_at=at)  # fmt: skip
    session.add(passkey)
    session.flush()
    return passkey


def with_codes(session: Session, scene: Scene, at: datetime) -> tuple[int, list[bytes]]:
    owner = joined(session, scene, at)
    return owner, [recovery_hash(code) for code in renew_recovery_codes(session, of(session, owner), now=at)]


def some_open(session: Session, _scene: Scene, had: tuple[int, list[bytes]], _at: datetime) -> bool:
    open_still = RecoveryCode.code_sha256.in_(had[1]) & RecoveryCode.used_at.is_(None)
    return session.scalar(select(RecoveryCode.id).where(open_still).limit(1)) is not None


def let_in_anew(session: Session, scene: Scene, number: int, at: datetime) -> None:
    """Let an officer who lost all factors reset their account."""
    secret = recover(session, of(session, number), None, now=at)
    joining = Joining("Anew", f"{PASSWORD}, and new", pyotp.TOTP(totp_secret(secret)).at(at))
    join(session, secret, joining, scene.key, now=at)


def demote_and_promote(session: Session, scene: Scene, number: int, at: datetime) -> None:
    """Give an owner a lesser role and the old one again: they are the same, and no second person any more."""
    for role in (VIEWER, OWNER):
        change_duties(session, of(session, number), Duties(role), scene.by, now=at)


def replace_authenticator(session: Session, scene: Scene, had: tuple[int, str], at: datetime) -> None:
    number, _secret = had
    code = pyotp.TOTP(next_authenticator(of(session, number), scene.key)).at(at)
    change_authenticator(session, number, code, scene.key, now=at)


def with_authenticator(session: Session, scene: Scene, at: datetime) -> tuple[int, str]:
    mine = of(session, joined(session, scene, at))
    return mine.id, unlock_secret(scene.key, mine.totp_salt, mine.totp_locked)


def takes_old_code(session: Session, scene: Scene, had: tuple[int, str], at: datetime) -> bool:
    """Say whether an officer comes in with the authenticator they had first; every code is of a later step."""
    mine, later, secret = of(session, had[0]), at + timedelta(minutes=5), had[1]
    same = unlock_secret(scene.key, mine.totp_salt, mine.totp_locked) == secret
    return same and matching_step(secret, pyotp.TOTP(secret).at(later), mine.totp_last_step, later) is not None
