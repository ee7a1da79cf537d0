"""A letter is withdrawn for good by two owners: readable, with its reason, signed by nobody, recalled where it went."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.letter.models import Letter, LetterMoment
from campaign.letter.standing import State, standing
from campaign.mail.models import Mail
from campaign.withdraw.formal import WHOLE
from campaign.withdraw.models import Recall
from campaign.world.recipients import Recipient, Recipients
from tests.cast import LAWMAKER, Officer, Visitor, agree
from tests.deliver.test_life_by_mail import by_mail
from tests.deliver.ways import BY_HAND, OFFICE, approve, step, walk
from tests.intake.lists import HEAD, ROWS, as_csv, bring
from tests.package.parcels import FIRST, make, sign
from tests.withdraw.ground import Backup

PAGE, ASK = "/desk/letters/appeal/moments", "/desk/letters/appeal/withdraw"
REASON = "The facts in it turned out to be wrong."
FORM = {"reason-en": REASON, "reason-ar": "تبيّن أن الوقائع خاطئة."}


@pytest.fixture
def noor(vera: Officer) -> Officer:
    """A second owner; both are admitted as persons."""
    return Officer(vera.app, vera.mailbox).join("noor@campaign.test", name="Noor Hale")


@pytest.fixture
def delivered(visitor: Visitor, vera: Officer, paul: Officer, noor: Officer, tmp_path: Path) -> Visitor:
    """A document that one office has and has answered."""
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    walk(vera, paul)
    return visitor


@pytest.fixture
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the list of recipients know each office's address."""
    found = Recipients.find

    def find(self: Recipients, country: str, office: str) -> Recipient:
        return replace(found(self, country, office), mail=OFFICE)

    monkeypatch.setattr(Recipients, "find", find)


def withdraw(first: Officer, second: Officer) -> None:
    first.confirm_oneself()
    asked = first.post(ASK, FORM, ASK)
    assert asked.status_code == 202, asked.text
    assert "Nothing is withdrawn yet" in asked.text
    second.confirm_oneself()
    agree(second)


def stands(visitor: Visitor) -> State:
    with visitor.tools.database.read() as session:
        return standing(session.scalars(select(Letter)).one(), visitor.tools.clock()).state


def recalls(visitor: Visitor) -> list[tuple[int, str]]:
    with visitor.tools.database.read() as session:
        return [(row.delivery_id, row.place) for row in session.scalars(select(Recall))]


def test_one_owner_alone_withdraws_nothing_and_is_told_before_what_it_means(
    visitor: Visitor, vera: Officer, noor: Officer
) -> None:
    page = vera.get(ASK).text
    assert "This is not undone" in page
    vera.confirm_oneself()
    assert vera.post(ASK, {"reason-en": ""}, ASK).status_code == 422
    assert vera.post(ASK, FORM, ASK).status_code == 202
    agree(vera)
    assert stands(visitor) is State.OPEN
    assert REASON in noor.get("/desk/approvals").text, "the second owner reads the reason"


def test_it_stays_readable_with_its_reason_and_history_and_takes_no_signature(
    visitor: Visitor, vera: Officer, noor: Officer
) -> None:
    visitor.sign()
    link, _code = visitor.link_and_code()
    own = visitor.sign_and_confirm(email="first@example.org")
    form = visitor.get("/en/appeal/sign?as=lawmaker").text
    withdraw(vera, noor)
    page = visitor.get("/en/appeal").text
    for told in ("This letter was withdrawn on", REASON, "· Withdrawn", "We ask for"):
        assert told in page
    assert "تبيّن" in visitor.get("/ar/appeal").text
    assert visitor.fill_in(form, "/en/appeal/sign", LAWMAKER).status_code == 409
    assert (visitor.confirm(link).status_code, REASON in visitor.get(link).text) == (409, True)
    assert REASON in visitor.get(own).text, "the own page works, and says so"
    told = visitor.get("/api/v1/letters/appeal").get_json()["stopped"]
    assert (told["state"], told["reason"]["en"]) == ("withdrawn", REASON)
    for path in ("suspend", "resume", "close"):
        assert vera.post(f"/desk/letters/appeal/{path}", {"reason-en": "x"}, PAGE).status_code == 409
    assert vera.post(ASK, FORM, ASK).status_code == 409
    assert "withdrew the letter appeal for good" in vera.get("/desk/log?what=letters").text


@pytest.mark.usefixtures("_known")
def test_each_office_that_has_it_is_recalled_and_told_once_in_a_neutral_mail(
    delivered: Visitor, vera: Officer, noor: Officer
) -> None:
    delivered.deliver_mail()
    withdraw(vera, noor)
    assert recalls(delivered) == [(1, WHOLE)]
    assert "the whole document" in vera.get("/desk/recalls").text
    (mail,) = delivered.deliver_mail()
    assert f"asked={FIRST}" in mail
    for secret in ("appeal", "An appeal", REASON, "Odile"):
        assert secret not in mail.replace(FIRST, "").replace(FIRST.lower(), "")
    tracker = delivered.get("/en/appeal/deliveries").text
    assert tracker.count("<dt>Withdrawn</dt>") == 1
    assert "Bien reçu" in tracker, "what was answered stays"
    (told,) = delivered.get("/api/v1/letters/appeal/deliveries").get_json()["deliveries"]
    assert told["withdrawn_on"] == "2026-05-04"
    assert "This letter was withdrawn on" in delivered.get(f"/en/verify?asked={FIRST}").text


def test_a_document_that_waits_to_be_mailed_is_stopped_and_none_is_sent_any_more(
    visitor: Visitor, vera: Officer, paul: Officer, noor: Officer, tmp_path: Path
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    approve(vera)
    assert step(paul, "send", by_mail(tmp_path)).status_code == 303
    withdraw(vera, noor)
    assert visitor.deliver_mail() == []
    assert recalls(visitor) == [], "it never left"
    with visitor.tools.database.read() as session:
        assert session.scalars(select(Mail)).all() == []
    again = step(paul, "send", {**BY_HAND, "number": "2"})
    assert (again.status_code, "nothing of it is sent any more" in again.text) == (422, True)


def test_paper_is_refused_as_well(visitor: Visitor, vera: Officer, noor: Officer, tmp_path: Path) -> None:
    withdraw(vera, noor)
    refused = bring(visitor.app, tmp_path, as_csv((HEAD, *ROWS)))
    assert refused.exit_code == 1
    assert "is withdrawn" in refused.output


def test_the_command_asks_for_the_second_owner_too(visitor: Visitor, vera: Officer, noor: Officer) -> None:
    run = visitor.app.test_cli_runner()
    words = ["letter", "withdraw", "appeal", "--reason", REASON, "--by"]
    assert run.invoke(args=[*words, "nobody@campaign.test"]).exit_code == 1
    asked = run.invoke(args=[*words, vera.email])
    assert (asked.exit_code, "two people" in asked.output) == (0, True)
    assert stands(visitor) is State.OPEN
    noor.confirm_oneself()
    agree(noor)
    assert stands(visitor) is State.WITHDRAWN


def test_a_restored_backup_does_not_open_it_again(
    delivered: Visitor, vera: Officer, noor: Officer, tmp_path: Path
) -> None:
    backup = Backup(delivered, tmp_path)
    withdraw(vera, noor)
    backup.restore()
    assert stands(delivered) is State.WITHDRAWN
    assert recalls(delivered) == [(1, WHOLE)]
    with delivered.tools.database.read() as session:
        assert session.scalars(select(LetterMoment)).one().reason["en"] == REASON


def test_a_restored_backup_does_not_lift_a_suspension_or_an_embargo_too_early(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    visitor = Visitor(make_app(sqlite_url), tmp_path / "mail")
    until = visitor.tools.clock().replace(hour=20)
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = until
    backup, run = Backup(visitor, tmp_path), visitor.app.test_cli_runner()
    for words in (("embargo", "appeal", "2026-06-01T08:00"), ("suspend", "appeal", "--reason", REASON)):
        done = run.invoke(args=["letter", *words])
        assert done.exit_code == 0, done.output
    backup.restore()
    assert stands(visitor) is State.SUSPENDED
    with visitor.tools.database.read() as session:
        assert f"{session.scalars(select(Letter.embargo_until)).one():%d %b %H:%M}" == "01 Jun 08:00"
