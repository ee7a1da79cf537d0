"""A reader sees at once how a campaign stands, and below the letter what happened on which day."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from app import ROOT
from campaign.confirm.models import Signatory
from campaign.deliver.models import Sending
from campaign.document.models import Delivery, DeliveryApproval
from campaign.letter.drafts import load_letters
from campaign.letter.models import Letter
from campaign.letter.rules import LetterMalformed, read_facts
from campaign.news.rules import Event, arrange, shorten
from campaign.news.service import note_milestones
from campaign.verify.models import Verification
from campaign.world.languages import LANGUAGES
from tests.cast import ACTIVIST, Officer, Visitor
from tests.conftest import LETTERS, Clock
from tests.deliver.ways import step, walk
from tests.news.letters import entry, load, update
from tests.package.parcels import make, sign

PAGE = "/en/appeal"
OVER = ("The vote is over", "Le vote a eu lieu", "Die Wahl ist vorbei", "La votación ya se celebró", "選挙は終わりました",
        "投票已經結束", "投票已经结束", "انتهى التصويت", "ئاۋاز بېرىش ئاخىرلاشتى")  # fmt: skip


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def head(visitor: Visitor, path: str = PAGE) -> str:
    """Return what stands at the head of a letter, without its tags."""
    (found,) = re.findall(r'<div class="latest".*?</div>', visitor.get(path).text, re.DOTALL)
    return plain(found)


def lines(visitor: Visitor, path: str = PAGE) -> list[str]:
    """Return the lines of the timeline, without their tags."""
    return [plain(one) for one in re.findall(r'<li id="[^"]+".*?</li>', visitor.get(path).text, re.DOTALL)]


def test_a_reader_of_today_sees_in_every_language_that_the_vote_of_2021_is_over(somebody: Visitor) -> None:
    with somebody.tools.database.write() as session:
        load_letters(session, ROOT / "config" / "letters", now=somebody.tools.clock())
    for slug in ("governments", "interpol"):
        for language, words in zip(LANGUAGES, OVER, strict=True):
            page = somebody.get(f"/{language}/{slug}").text
            above, _below = page.split('<div class="words">')
            assert words in above, f"{language} {slug}: before the letter itself"
            assert '<time datetime="2021-11-25">' in above
            assert f'href="/{language}/{slug}/updates/2021-11-25"' in above, "and where to read more"
            assert words in somebody.get(f"/{language}/").text, "and on the front page"
            assert re.findall(r'<li id="([\d-]+)-', page) == [
                "2021-11-15",
                "2021-11-23",
                "2021-11-25",
            ]


def test_the_head_shows_the_outcome_and_a_later_update(somebody: Visitor, tmp_path: Path) -> None:
    assert head(somebody) == "Signing is open until 31 December 2026."
    load(somebody, tmp_path, updates={"2026-03-01": update("2026-03-01", "Read in committee")})
    assert head(somebody).startswith("1 March 2026 Read in committee Signing is open")
    outcome = entry("2026-04-01", "outcome", "The parliament voted for it.")
    load(somebody, tmp_path, outcome)
    assert head(somebody).startswith("1 April 2026 The parliament voted for it. Signing"), (
        "and not the older update"
    )
    load(somebody, tmp_path, outcome, updates={"2026-04-02": update("2026-04-02", "What follows")})
    assert "voted for it. 2 April 2026 What follows Signing" in head(somebody)


def test_entries_are_shown_on_their_day_and_a_vote_before_it(
    somebody: Visitor, tmp_path: Path, clock: Clock
) -> None:
    told = (
        entry("2026-05-05", "outcome", "It passed."),
        entry("2026-05-04T10:00:00+00:00", "other", "A hearing began."),
        entry("2026-05-20", "vote", "The parliament votes."),
        entry("2026-01-01", "published", "We published the letter."),
    )
    load(somebody, tmp_path, *told)
    assert lines(somebody) == [
        "1 January 2026 We published the letter. news.example",
        "20 May 2026 The parliament votes. Still to come news.example",
    ]
    clock.move(hours=1)
    assert "A hearing began." in plain(somebody.get(PAGE).text)
    assert "It passed." not in somebody.get(PAGE).text
    clock.move(days=1)
    assert "It passed." in head(somebody)


def test_opening_and_closing_stand_in_the_timeline(somebody: Visitor, clock: Clock) -> None:
    assert lines(somebody) == ["1 January 2026 Signing opened."]
    clock.move(days=365)
    assert lines(somebody) == ["1 January 2026 Signing opened.", "31 December 2026 Signing closed."]
    assert head(somebody) == "Signing closed on 31 December 2026."


def test_deliveries_and_answers_stand_there_by_the_rule_of_the_deliveries_page(
    visitor: Visitor, vera: Officer, paul: Officer, tmp_path: Path
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    walk(vera, paul, published="")
    assert lines(visitor)[1:] == ["4 May 2026 Delivered: France"], "an answer for the desk alone is not told"
    assert (
        step(
            paul, "answer", {"day": "2026-05-04", "language": "fr", "answer": "x", "published": "yes"}
        ).status_code
        == 303
    )
    assert lines(visitor)[1:] == ["4 May 2026 Delivered: France", "4 May 2026 Answered: France"]
    for name, value in (("annex", True), ("annex", False)):
        with visitor.tools.database.write() as session:
            setattr(session.scalars(select(Delivery)).one(), name, value)
        assert len(lines(visitor)) == (1 if value else 3), "of an annex nothing is told"
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = visitor.tools.clock().replace(hour=23)
    assert lines(visitor) == []


def test_twenty_deliveries_of_one_day_are_one_line(visitor: Visitor, vera: Officer, paul: Officer) -> None:
    countries = re.findall("..", "ATBEBGCZDEDKEEESFIFRGRHUIEITLTLULVNLPLPT")
    with visitor.tools.database.write() as session:
        for country in countries:
            row = Delivery(letter_id=1, country=country, language="en", reference=f"APPEAL-{country}-1", annex=False,
                           names=0, pdf_sha256=bytes(32), printed_on=date(2026, 5, 4), officer_id=None)  # fmt: skip
            session.add(row)
            session.flush()
            session.add(DeliveryApproval(delivery_id=row.id, officer_id=1, approved_at=visitor.tools.clock()))
            session.flush()
            session.add(Sending(delivery_id=row.id, number=1, channel="post", sent_on=date(2026, 5, 4), place="",
                                note="", queued=False, approved_by=1, officer_id=2))  # fmt: skip
            session.flush()
    assert lines(visitor)[1:] == ["4 May 2026 Delivered to 20 governments."]


def test_many_days_of_deliveries_are_told_by_month() -> None:
    days = [Event(date(2026, 5, day), "delivered", reached=(f"C{day}",)) for day in range(1, 31)]
    june = Event(date(2026, 6, 2), "delivered", reached=("FR",))
    (may, last) = shorten(arrange([june, *days]))
    assert (may.when, len(may.reached), last.when) == ("2026-05", 30, "2026-06")


def test_a_milestone_keeps_the_day_on_which_it_was_first_reached(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    for number in range(10):
        visitor.sign_and_confirm({**ACTIVIST, "email": f"a{number}@example.net"})
        clock.move(days=1)
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = clock.now.replace(hour=23)
        for number in session.scalars(select(Signatory.id)):
            session.add(
                Verification(
                    signatory_id=number, outcome="accepted", level=1, method="other", reason=None, note="",
                    officer_id=1, decided_at=clock.now,
                )
            )  # fmt: skip
    note_milestones(visitor.tools.database, clock.now)
    clock.move(days=1)
    for _again in range(2):
        note_milestones(visitor.tools.database, clock.now)
        clock.move(days=1)
    shown = "15 May 2026 10 verified signatories."
    assert lines(visitor)[1:] == [shown], "the day after the embargo, when the public could first see it"
    with visitor.tools.database.write() as session:
        session.execute(delete(Verification).where(Verification.signatory_id < 5))
    note_milestones(visitor.tools.database, clock.now)
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().show_count = False
    assert lines(visitor)[1:] == [], "where the count is not shown, no milestone is"
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().show_count = True
    assert lines(visitor)[1:] == [shown], "a signatory who leaves takes nothing away from that day"


@pytest.mark.parametrize(
    "wrong",
    [
        'on = "soon"\nwhat = "vote"\nsaid.en = "x"',
        'on = 2026-05-04T10:00:00\nwhat = "vote"\nsaid.en = "x"',
        'on = 2026-05-04\nwhat = "party"\nsaid.en = "x"',
        'on = 2026-05-04\nwhat = "vote"\nsaid.fr = "x"',
        'on = 2026-05-04\nwhat = "vote"\nsaid.en = ""',
        'on = 2026-05-04\nwhat = "vote"\nsaid.en = "x\\ny"',
        'on = 2026-05-04\nwhat = "vote"\nsaid.en = "x"\nsaid.xx = "x"',
        'on = 2026-05-04\nwhat = "vote"\nsaid.en = "x"\nsource = "http://example.org"',
        'on = 2026-05-04\nwhat = "vote"\nsaid.en = "x"\nsource = "javascript:x"',
        'on = 2026-05-04\nwhat = "vote"\nsaid.en = "x"\nwhom = "x"',
    ],
)
def test_a_malformed_entry_is_refused_with_its_number(wrong: str) -> None:
    facts = (LETTERS / "appeal" / "letter.toml").read_text(encoding="utf-8")
    with pytest.raises(LetterMalformed, match="timeline, 1"):
        read_facts(f"{facts}\n[[timeline]]\n{wrong}\n")
