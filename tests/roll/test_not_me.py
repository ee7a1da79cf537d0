"""A lawmaker who has not signed finds their name on the list: it is hidden at once, once, and the desk decides."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.verify.models import Dispute
from tests.cast import ACTIVIST, Officer, Visitor
from tests.conftest import Clock
from tests.roll.conftest import Crowd, crowd_of

LINK = re.compile(r'href="(/en/appeal/not-me/[^"]+)"')
ROLL = "/en/appeal/signatories"


def links(visitor: Visitor) -> list[str]:
    return LINK.findall(visitor.get(ROLL).text)


def press(crowd: Crowd, link: str, network: str = "198.51.100.7") -> str:
    """Press the button from a network; return what the page then says."""
    pressed = crowd.visitor.client.post(link, environ_overrides={"REMOTE_ADDR": network})
    assert pressed.status_code == 303, pressed.text
    return crowd.visitor.get(pressed.headers["Location"]).text


def lists(crowd: Crowd, name: str, folder: Path) -> set[str]:
    """Return which outputs show a name."""
    exported = crowd.export(folder / f"{len(list(folder.iterdir()))}.csv", "--format", "csv")
    outputs = {path: crowd.visitor.get(path).text for path in (ROLL, "/api/v1/letters/appeal/signatories")}
    page = crowd.visitor.get(f"{ROLL}/FR")
    outputs |= {"country": page.text, "csv": exported.read_text(encoding="utf-8")}
    return {output for output, text in outputs.items() if name in text}


@pytest.fixture
def listed(app: Flask, tmp_path: Path) -> Crowd:
    """One lawmaker on the list, on each database."""
    crowd = crowd_of(app, tmp_path / "mail")
    crowd.sign("Odile Verchamp", {}, "FR")
    return crowd


def test_a_name_that_is_disputed_leaves_every_list_and_comes_back_for_good(listed: Crowd, tmp_path: Path) -> None:
    (link,) = links(listed.visitor)
    asked = listed.visitor.get(link)
    assert "Odile Verchamp" in asked.text
    assert "I have not signed this" in asked.text
    assert len(lists(listed, "Odile Verchamp", tmp_path)) == 4, "looking changes nothing"
    answer = press(listed, link)
    assert "is disputed" in answer
    assert "I have not signed this" not in answer
    assert lists(listed, "Odile Verchamp", tmp_path) == set()
    assert listed.visitor.get("/api/v1/letters/appeal/tally").json == {
        "letter": "appeal", "lawmakers": 0, "activists": 0, "withheld": 0, "counted": 0, "held": 0, "total": 0,
        "elsewhere": 0, "countries": [],
    }  # fmt: skip
    assert "Disputed 1" in listed.vera.get("/desk/queue").text
    assert "Odile Verchamp" in listed.vera.get("/desk/queue?state=disputed").text
    assert "off every list until you decide" in listed.vera.get("/desk/signatory/1").text
    for _twice in range(2):
        settled = listed.vera.post("/desk/signatory/1/settle", {}, "/desk/approvals")
        assert settled.status_code == 303
    assert len(lists(listed, "Odile Verchamp", tmp_path)) == 4
    assert press(listed, link, "203.0.113.9") == answer, "the answer does not tell what was decided"
    assert len(lists(listed, "Odile Verchamp", tmp_path)) == 4, "it works once"
    assert "Disputed 0" in listed.vera.get("/desk/queue").text
    assert listed.vera.get("/desk/log").text.count("the signature is theirs") == 1


def test_an_edited_entry_that_the_desk_confirmed_is_not_hidden_again(listed: Crowd) -> None:
    (link,) = links(listed.visitor)
    press(listed, link)
    listed.vera.post("/desk/signatory/1/settle", {}, "/desk/approvals")
    listed.visitor.sign_and_confirm({}, name="Odile Verchamp-Roy", email="p1@example.org")
    assert listed.visitor.get(link).status_code == 410, "the entry it stood for is superseded"
    assert listed.vera.decide(2).status_code == 303
    (newer,) = links(listed.visitor)
    press(listed, newer, "203.0.113.9")
    assert links(listed.visitor) == [newer]


def test_level_4_stays_on_the_list_and_the_desk_is_told(listed: Crowd) -> None:
    ines = Officer(listed.visitor.app, listed.visitor.mailbox).join("ines@campaign.test", name="Ines Moor")
    assert ines.decide(1, level="4", method="office").status_code == 303
    (link,) = links(listed.visitor)
    assert "is disputed" in press(listed, link)
    assert links(listed.visitor) == [link]
    assert "Disputed 1" in ines.get("/desk/queue").text
    assert "It is still listed" in ines.get("/desk/signatory/1").text


def test_a_state_that_disputes_every_name_hides_a_few(listed: Crowd, clock: Clock) -> None:
    for number in range(7):
        listed.sign(f"Lawmaker {'abcdefg'[number]}", {}, "FR")
    every_link = links(listed.visitor)
    answers = {re.sub(r"<dd>.*?</dd>|/not-me/[\w-]+", "", press(listed, link)) for link in every_link[:4]}
    assert len(answers) == 1, "who presses does not learn whether it hid"
    assert len(links(listed.visitor)) == 6, "two for one network"
    for link in every_link[4:]:
        press(listed, link, f"203.0.{link.__hash__() % 200}.9")
    assert len(links(listed.visitor)) == 3, "five for one letter"
    assert "Disputed 8" in listed.vera.get("/desk/queue").text
    clock.move(days=1)
    assert len(links(listed.visitor)) == 3, "a new day decides nothing by itself"


def test_links_are_ours_or_lead_nowhere(listed: Crowd) -> None:
    listed.sign("Bela Trost", {}, "DE")
    link = links(listed.visitor)[0]
    last = "A" if link[-3] != "A" else "B"
    for foreign in (
        f"{link[:-3]}{last}{link[-2:]}",
        link[:-4],
        f"{link}AAAA",
        "/en/appeal/not-me/AAAA",
        "/en/appeal/not-me/é",
    ):
        for ask in (listed.visitor.get, listed.visitor.client.post):
            assert ask(foreign).status_code == 404, foreign
    assert links(listed.visitor)[0] == link, "the page is the same each time, so that it need not be sent again"
    with listed.visitor.tools.database.read() as session:
        assert session.scalars(select(Dispute)).all() == []


def test_a_withdrawal_deletes_the_dispute(app: Flask, tmp_path: Path) -> None:
    crowd = crowd_of(app, tmp_path / "mail")
    own = crowd.visitor.sign_and_confirm()
    assert crowd.vera.decide(1).status_code == 303
    (link,) = links(crowd.visitor)
    press(crowd, link)
    assert crowd.visitor.post(f"{own}/withdraw", {}).status_code == 303
    for ask in (crowd.visitor.get, crowd.visitor.client.post):
        assert ask(link).status_code == 410
    crowd.visitor.sign_and_confirm(name="Bela Trost", email="bela@example.org")  # may get the same numbers
    number = max(map(int, re.findall(r"/desk/signatory/(\d+)", crowd.vera.get("/desk/queue").text)))
    assert crowd.vera.decide(number).status_code == 303
    assert crowd.visitor.get(link).status_code == 410
    assert len(links(crowd.visitor)) == 1


def test_refusing_closes_the_desk_s_question(listed: Crowd) -> None:
    (link,) = links(listed.visitor)
    press(listed, link)
    assert listed.vera.post("/desk/signatory/1/undo", {}, "/desk/signatory/1").status_code == 303
    assert "Disputed 1" in listed.vera.get("/desk/queue").text
    assert "disputed</span> waiting" in " ".join(listed.vera.get("/desk/queue?state=disputed").text.split())
    assert listed.vera.decide(1, "refused", reason="asked").status_code == 303
    assert "Disputed 0" in listed.vera.get("/desk/queue").text
    assert listed.visitor.get(link).status_code == 410


def test_only_lawmakers_have_a_link_and_pages_follow_within_a_minute(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    crowd = crowd_of(make_app(sqlite_url, page_seconds=5), tmp_path / "mail")
    crowd.sign("Odile Verchamp", {}, "FR")
    open_name = {**ACTIVIST, "latin_name": "", "visibility": "public", "consent": ["sign", "publish", "deliver"]}
    crowd.sign("Nour Satea", open_name, "CH")
    clock.move(seconds=6)
    (link,) = links(crowd.visitor)
    assert LINK.findall(crowd.visitor.get(f"{ROLL}/CH").text) == []
    assert "Nour Satea" in crowd.visitor.get(ROLL).text
    press(crowd, link)
    clock.move(seconds=6)
    assert links(crowd.visitor) == []


def test_a_viewer_does_not_settle(listed: Crowd) -> None:
    (link,) = links(listed.visitor)
    press(listed, link)
    kept = Officer(listed.visitor.app, listed.visitor.mailbox).join("v@campaign.test", "viewer", "Viv Ode")
    assert kept.post("/desk/signatory/1/settle", {}, "/desk/signatory/1").status_code == 403
    assert links(listed.visitor) == []
