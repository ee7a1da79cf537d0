"""Proof of work: taken where it is brought, missed nowhere."""

import base64
import json
from typing import Any

import pytest
from altcha.v2 import Challenge, Payload, solve_challenge
from flask import Flask
from sqlalchemy import func, select

from campaign.guard import proofs
from campaign.guard.models import SpentChallenge
from campaign.guard.proofs import new_challenge, read_proof
from campaign.guard.rules import CHALLENGE_LIFE, PLAIN
from campaign.guard.service import sweep
from campaign.web.headers import CONTENT_POLICY
from tests.cast import Visitor
from tests.conftest import START, Clock
from tests.guard.crowd import held, send

SECRET = b"s" * 32


@pytest.fixture(autouse=True)
def _little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test's own machine find the number at once."""
    monkeypatch.setattr(proofs, "TRIES", 3)
    monkeypatch.setattr(proofs, "ROUNDS", 10)


def solved(challenge: dict[str, Any]) -> str:
    """Work as the script does."""
    asked = Challenge.from_dict(challenge)
    solution = solve_challenge(asked)
    assert solution is not None
    return Payload(asked, solution).to_base64()


def spent(visitor: Visitor) -> int:
    with visitor.tools.database.read() as session:
        return session.scalar(select(func.count()).select_from(SpentChallenge)) or 0


def test_a_proof_of_work_is_accepted_once(visitor: Visitor) -> None:
    answer = visitor.get("/guard/challenge")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Set-Cookie" not in answer.headers
    work = solved(answer.get_json())
    for number in range(PLAIN.network.a_day + 3):
        assert send(visitor, f"ana{number}@d{number}.example", proof=work).status_code == 303
    assert spent(visitor) == 1
    assert held(visitor)["network"] == 2, "one brought work, the rest are counted as if they had brought none"


def test_a_form_without_proof_of_work_or_with_nonsense_is_accepted_too(visitor: Visitor) -> None:
    for number, work in enumerate(("", "x", "ü", "e30=", "a" * 5000)):
        assert send(visitor, f"ana{number}@example.org", proof=work).status_code == 303
    assert (held(visitor), spent(visitor)) == ({None: 5}, 0)


def test_an_old_proof_of_work_does_not_count(clock: Clock) -> None:
    work = solved(new_challenge(SECRET, now=clock()))
    assert read_proof(work, SECRET, now=clock()) is not None
    clock.move(seconds=CHALLENGE_LIFE.total_seconds())
    assert read_proof(work, SECRET, now=clock()) is None


def test_forged_altered_and_unsolved_proofs_do_not_count() -> None:
    work = solved(new_challenge(SECRET, now=START))
    assert read_proof(work, b"t" * 32, now=START) is None
    sent = json.loads(base64.b64decode(work))
    for path, value in (
        (("solution", "derivedKey"), "00" * 32),
        (("solution", "derivedKey"), None),
        (("challenge", "signature"), ""),
        (("challenge", "signature"), None),
        (("challenge", "parameters", "data"), {"until": 2**40}),
        (("challenge", "parameters", "data"), None),
        (("challenge", "parameters", "cost"), 10**9),
        (("challenge", "parameters", "keySignature"), None),
        (("challenge", "parameters", "nonce"), "zz"),
        (("challenge", "parameters"), []),
        (("challenge",), "x"),
        (("solution",), []),
    ):
        altered = json.loads(json.dumps(sent))
        place = altered
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        assert read_proof(base64.b64encode(json.dumps(altered).encode()).decode(), SECRET, now=START) is None, path
    for nonsense in ("[]", "null", "1", '"x"', "{}", "[" * 900):
        assert read_proof(base64.b64encode(nonsense.encode()).decode(), SECRET, now=START) is None


def test_used_challenges_are_deleted_when_they_have_expired(visitor: Visitor, clock: Clock) -> None:
    send(visitor, "ana@example.org", proof=solved(visitor.get("/guard/challenge").get_json()))
    sweep(visitor.tools.database, clock())
    assert spent(visitor) == 1
    clock.move(seconds=CHALLENGE_LIFE.total_seconds())
    sweep(visitor.tools.database, clock())
    assert spent(visitor) == 0


def test_the_form_alone_has_a_script_and_says_so(site: Flask) -> None:
    client = site.test_client()
    form = client.get("/en/appeal/sign?as=activist")
    assert "script-src 'self'; connect-src 'self'; trusted-types 'none'" in form.headers["Content-Security-Policy"]
    assert "unsafe" not in form.headers["Content-Security-Policy"]
    assert form.text.count("<script") == 1
    for path in ("/en/appeal", "/en/appeal/sign", "/en/appeal/sign/sent", "/en/appeal/signatories"):
        page = client.get(path)
        assert page.headers["Content-Security-Policy"] == CONTENT_POLICY
        assert "<script" not in page.text


def test_the_button_never_waits_for_the_proof_of_work(site: Flask) -> None:
    assert "disabled" not in site.test_client().get("/en/appeal/sign?as=activist").text
