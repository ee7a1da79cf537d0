"""By a preview link, named people read and sign a letter under embargo; the link stays between them and us."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.letter.models import Letter, Preview
from campaign.web.toolbox import EXTENSION
from tests.cast import LAWMAKER, Officer, Visitor
from tests.conftest import Clock

PAGE = "/en/appeal"
ENGLISH = {"Accept-Language": "en"}


class Tor(Visitor):
    """A visitor whose browser keeps no cookie."""

    def __init__(self, app: Flask, mailbox: Path) -> None:
        super().__init__(app, mailbox)
        self.client = app.test_client(use_cookies=False)


@pytest.fixture
def embargoed(make_app: Any, sqlite_url: str, clock: Clock, tmp_path: Path) -> Visitor:
    visitor = Visitor(make_app(sqlite_url, page_seconds=5), tmp_path / "mail")
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = clock.now + timedelta(hours=5)
    return visitor


def link_for(visitor: Visitor, who: str = "the press office") -> str:
    made = visitor.app.test_cli_runner().invoke(args=["letter", "preview", "appeal", "--for", who])
    assert made.exit_code == 0, made.output
    return urlsplit(made.output.strip()).path


def test_who_follows_the_link_reads_in_an_address_without_it(embargoed: Visitor) -> None:
    link = link_for(embargoed)
    assert embargoed.get(PAGE).status_code == 404
    landed = embargoed.get(link, headers=ENGLISH, follow_redirects=True)
    assert (landed.status_code, landed.request.path, landed.request.query_string) == (200, PAGE, b"")
    assert "not public yet" in landed.text
    for path in (f"{PAGE}/background", f"{PAGE}/text.md", f"{PAGE}/signatories", f"{PAGE}/sign?as=lawmaker"):
        assert embargoed.get(path).status_code == 200, path
    assert embargoed.elsewhere().get(PAGE).status_code == 404, "nobody else reads it, not even from a cache"


def test_a_browser_without_cookies_reads_and_signs_the_whole_way(embargoed: Visitor, tmp_path: Path) -> None:
    tor = Tor(embargoed.app, tmp_path / "mail")
    landed = tor.get(link_for(embargoed), headers=ENGLISH, follow_redirects=True)
    assert landed.status_code == 200
    (onward,) = set(re.findall(r'href="(/en/appeal/sign\?[^"]+)"', landed.text.split("as=")[0]))
    assert "preview=" in onward
    form = tor.get(f"{onward}&as=lawmaker".replace("&amp;", "&"))
    action = re.search(r'<form method="post" action="([^"]+)"', form.text)
    assert action is not None
    sent = tor.fill_in(form.text, action[1], LAWMAKER)
    assert sent.status_code == 303
    assert tor.get(sent.headers["Location"]).status_code == 200
    (mail,) = tor.deliver_mail()
    assert "preview" not in mail
    found = re.search(r"http://localhost(/confirm/\S+)", mail)
    code = re.search(r"\b\d{6}\b", mail.replace(found[0] if found else "", ""))
    assert found is not None
    assert code is not None
    done = tor.confirm(found[1], code[0])
    assert done.status_code == 303
    assert tor.get(done.headers["Location"]).status_code == 200, "the own page works as always"


@pytest.mark.parametrize("cookies", [True, False])
def test_the_link_reaches_no_referer_no_cache_no_log_and_no_other_host(
    make_app: Any,
    sqlite_url: str,
    clock: Clock,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    cookies: bool,
) -> None:
    app = make_app(sqlite_url, page_seconds=5, onion_url=f"http://{'a' * 56}.onion")
    reader = (Visitor if cookies else Tor)(app, tmp_path / "mail")
    with reader.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = clock.now + timedelta(hours=5)
    token = link_for(reader).rpartition("/")[2]
    query = "" if cookies else f"?preview={token}"
    reader.get(f"/preview/{token}", headers=ENGLISH)
    paths = (f"/preview/{token}", f"{PAGE}{query}", f"{PAGE}/signatories{query}", f"{PAGE}/nothing{query}")
    for path in paths:
        answer = reader.get(path, base_url="https://localhost")
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "ETag" not in answer.headers, path
        assert "Onion-Location" not in answer.headers or answer.status_code == 404, path
    kept = str(list(app.extensions[EXTENSION].cache._kept.items()))
    assert token not in kept
    assert "We ask for" not in kept
    assert token not in "".join(capfd.readouterr())


def test_a_link_that_was_ended_opens_nothing_any_more(embargoed: Visitor, tmp_path: Path) -> None:
    first, second = link_for(embargoed, "press"), link_for(embargoed, "sponsors")
    reader, other = embargoed.elsewhere(), embargoed.elsewhere()
    for one, link in ((reader, first), (other, second)):
        assert one.get(link, headers=ENGLISH, follow_redirects=True).status_code == 200
    run = embargoed.app.test_cli_runner()
    assert "press" in run.invoke(args=["letter", "preview", "appeal"]).output
    assert run.invoke(args=["letter", "preview", "appeal", "--end", "1"]).exit_code == 0
    assert (reader.get(PAGE).status_code, reader.get(first).status_code) == (404, 404)
    assert other.get(PAGE).status_code == 200
    assert run.invoke(args=["letter", "preview", "appeal", "--end", "1"]).exit_code == 1


def test_a_forged_link_is_an_unknown_address(embargoed: Visitor) -> None:
    genuine = link_for(embargoed)
    for wrong in ("/preview/x", genuine[:-1], f"{PAGE}?preview=x", f"{PAGE}?preview={genuine[9:-2]}"):
        assert embargoed.elsewhere().get(wrong).status_code == 404, wrong


def test_once_it_is_public_the_link_leads_there_and_is_forgotten(embargoed: Visitor, clock: Clock) -> None:
    link = link_for(embargoed)
    clock.move(hours=5)
    for path in (link, f"{PAGE}?preview={link.rpartition('/')[2]}"):
        landed = embargoed.elsewhere().get(path, headers=ENGLISH, follow_redirects=True)
        assert (landed.status_code, landed.request.query_string) == (200, b"")
        assert "not public yet" not in landed.text
    embargoed.app.test_cli_runner().invoke(args=["withdraw", "purge", "--clock-is-right"])
    with embargoed.tools.database.read() as session:
        assert session.scalars(select(Preview)).all() == []


def test_the_programs_interface_knows_no_preview(embargoed: Visitor) -> None:
    embargoed.get(link_for(embargoed), headers=ENGLISH, follow_redirects=True)
    assert embargoed.get("/api/v1/letters/appeal").status_code == 404


def test_who_signed_before_finds_their_page_again(embargoed: Visitor) -> None:
    embargoed.get(link_for(embargoed), headers=ENGLISH, follow_redirects=True)
    own = embargoed.sign_and_confirm()
    asked = embargoed.post("/signature/again", {"email": LAWMAKER["email"], "letter": ""})
    assert asked.status_code == 303
    (mail,) = embargoed.deliver_mail()
    assert "/confirm/" in mail
    assert embargoed.elsewhere().get(own).status_code == 200
    with embargoed.tools.database.read() as session:
        assert session.scalars(select(Preview.who)).all() == ["the press office"]


def test_an_owner_makes_a_link_at_the_desk_and_ends_it(ines: Officer, clock: Clock) -> None:
    with ines.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = clock.now + timedelta(hours=5)
    ines.confirm_oneself()
    page, acts = "/desk/letters/appeal/moments", "/desk/letters/appeal"
    wrong = ines.post(f"{acts}/previews", {"who": " "}, page)
    assert (wrong.status_code, "Say for whom it is" in wrong.text) == (422, True)
    made = ines.post(f"{acts}/previews", {"who": "Büro am Fluss"}, page).text
    link = re.search(r'value="http://localhost(/preview/[^"]+)"', made)
    assert link is not None
    assert "Büro am Fluss" in ines.get(page).text
    assert ines.elsewhere().get(link[1], headers=ENGLISH, follow_redirects=True).status_code == 200
    assert ines.post(f"{acts}/previews/1/end", {}, page).status_code == 303
    assert ines.elsewhere().get(link[1]).status_code == 404
    log = ines.get("/desk/log?what=letters").text
    assert ("made a preview link" in log, "Büro am Fluss" in log) == (True, False)
