"""A letter is suspended, resumed, closed: at once, with a reason that readers see, and nobody loses what they typed."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import LetterMoment
from campaign.sign.models import Intent
from tests.cast import LAWMAKER, Visitor
from tests.conftest import Clock

REASON = "The list of addressees was wrong."
PAGE = "/en/appeal"


def run(visitor: Visitor, *words: str) -> str:
    """Run `flask letter …`, as another process would: this one keeps what it had cached."""
    done = visitor.app.test_cli_runner().invoke(args=["letter", *words])
    assert done.exit_code == 0, done.output
    return done.output


def refused(visitor: Visitor, *words: str) -> str:
    done = visitor.app.test_cli_runner().invoke(args=["letter", *words])
    assert done.exit_code == 1, done.output
    return done.output.strip()


def stop(visitor: Visitor) -> None:
    run(visitor, "suspend", "appeal", "--reason", REASON, "--reason-in", "fr", "La liste était fausse.")


def rows(visitor: Visitor, model: type[Any]) -> list[Any]:
    with visitor.tools.database.read() as session:
        return list(session.scalars(select(model)))


def test_readers_see_that_it_is_suspended_and_why_in_their_language(somebody: Visitor) -> None:
    stop(somebody)
    page = somebody.get(PAGE).text
    assert "Signing has been suspended since" in page
    assert REASON in page
    assert 'href="/en/appeal/sign' not in page
    assert "La liste était fausse." in somebody.get("/fr/appeal").text
    assert f'<blockquote class="reason" lang="en" dir="ltr"><p>{REASON}' in somebody.get("/ar/appeal").text
    closed = somebody.get(f"{PAGE}/sign?as=lawmaker")
    assert (closed.status_code, REASON in closed.text) == (410, True)
    run(somebody, "resume", "appeal")
    assert "Signing has been suspended" not in somebody.get(PAGE).text


def test_the_form_somebody_has_open_says_why_and_keeps_what_they_typed(visitor: Visitor) -> None:
    form = visitor.get(f"{PAGE}/sign?as=lawmaker").text
    stop(visitor)
    answer = visitor.fill_in(form, f"{PAGE}/sign", LAWMAKER)
    assert answer.status_code == 409
    assert REASON in answer.text
    assert 'value="Odile Verchamp"' in answer.text
    assert rows(visitor, Intent) == []
    run(visitor, "resume", "appeal")
    assert visitor.fill_in(answer.text, f"{PAGE}/sign", LAWMAKER).status_code == 303


def test_no_signature_gets_through_where_another_process_still_shows_the_letter_as_open(
    make_app: Any, database_url: str, clock: Clock, tmp_path: Any
) -> None:
    here, there = (Visitor(make_app(database_url, page_seconds=5), tmp_path / "mail") for _ in range(2))
    form = here.get(f"{PAGE}/sign?as=lawmaker").text
    assert "Sign this letter" in here.get(PAGE).text
    stop(there)
    assert here.fill_in(form, f"{PAGE}/sign", LAWMAKER).status_code == 409, "the write asks for itself"
    clock.move(seconds=4)
    here.get(f"{PAGE}/background")  # shows the letter as it was cached: that must not give it five seconds more
    clock.move(seconds=1)
    assert REASON in here.get(PAGE).text


def test_a_mailed_link_waits_and_its_72_hours_wait_too(visitor: Visitor, clock: Clock) -> None:
    visitor.sign()
    link, _code = visitor.link_and_code()
    clock.move(hours=70)
    stop(visitor)
    clock.move(days=20)
    told = visitor.get(link)
    assert REASON in told.text
    assert "Your link stays valid" in told.text
    assert "Somebody used my address" in told.text
    answer = visitor.confirm(link)
    assert (answer.status_code, REASON in answer.text) == (409, True)
    assert rows(visitor, Signature) == []
    visitor.app.test_cli_runner().invoke(args=["withdraw", "purge", "--clock-is-right"])
    assert len(rows(visitor, Intent)) == 1, "the form is not deleted while it waits"
    run(visitor, "resume", "appeal")
    clock.move(hours=1)
    assert visitor.confirm(link).status_code == 303


def test_after_it_is_resumed_only_the_rest_of_the_72_hours_is_left(visitor: Visitor, clock: Clock) -> None:
    visitor.sign()
    link, _code = visitor.link_and_code()
    clock.move(hours=70)
    stop(visitor)
    clock.move(hours=100)
    run(visitor, "resume", "appeal")
    clock.move(hours=3)
    assert visitor.confirm(link).status_code == 410
    visitor.app.test_cli_runner().invoke(args=["withdraw", "purge", "--clock-is-right"])
    assert rows(visitor, Intent) == []


def test_a_form_sent_in_time_is_confirmed_after_the_close_and_counts_as_made_in_time(
    visitor: Visitor, clock: Clock
) -> None:
    visitor.sign()
    link, _code = visitor.link_and_code()
    form = visitor.get(f"{PAGE}/sign?as=lawmaker").text
    run(visitor, "close", "appeal")
    assert visitor.fill_in(form, f"{PAGE}/sign", LAWMAKER | {"email": "late@example.org"}).status_code == 409
    assert "Signing closed on" in visitor.get(PAGE).text
    clock.move(hours=71)
    answer = visitor.confirm(link)
    assert answer.status_code == 303
    (signature,) = rows(visitor, Signature)
    assert signature.signed_on == date(2026, 5, 4)
    clock.move(days=300)
    assert visitor.get(answer.headers["Location"]).status_code == 200, "the own page works for ever"


def test_a_form_sent_one_second_after_the_last_day_is_refused(somebody: Visitor, clock: Clock) -> None:
    run(somebody, "close", "appeal")
    run(somebody, "resume", "appeal")
    midnight = clock.now.replace(hour=0) + timedelta(days=1)
    clock.now = midnight - timedelta(seconds=1)
    assert somebody.sign(email="in.time@example.org").status_code == 303
    form = somebody.get(f"{PAGE}/sign?as=lawmaker").text
    clock.now = midnight
    assert somebody.fill_in(form, f"{PAGE}/sign", LAWMAKER).status_code == 409
    assert len(rows(somebody, Intent)) == 1
    link, _code = somebody.link_and_code()
    assert somebody.confirm(link).status_code == 303
    assert len(rows(somebody, Signatory)) == 1


def test_an_act_that_makes_no_sense_is_refused_in_one_line(somebody: Visitor) -> None:
    assert "Say why" in refused(somebody, "suspend", "appeal")
    assert "Say why" in refused(somebody, "suspend", "appeal", "--reason-in", "fr", "Une erreur.")
    assert "is none of" in refused(somebody, "suspend", "appeal", "--reason", "x", "--reason-in", "xx", "x")
    assert "open already" in refused(somebody, "resume", "appeal")
    assert "no letter called other" in refused(somebody, "close", "other")
    stop(somebody)
    assert "suspended already" in refused(somebody, "suspend", "appeal", "--reason", "x")
    assert "public already" in refused(somebody, "embargo", "appeal", "now")


def test_what_was_done_to_a_letter_cannot_be_changed_or_deleted(visitor: Visitor) -> None:
    stop(visitor)
    with pytest.raises(DBAPIError), visitor.tools.database.write() as session:
        session.execute(update(LetterMoment).values(what="resumed"))
    with pytest.raises(DBAPIError), visitor.tools.database.write() as session:
        session.delete(session.scalars(select(LetterMoment)).one())
