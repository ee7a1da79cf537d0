"""Updates are shown from their day on, on a page, in a list and in a feed; a correction says so."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from campaign.letter.drafts import change_draft, draft_of
from campaign.letter.folder import check_path
from campaign.letter.rules import LetterMalformed
from tests.cast import Visitor
from tests.conftest import Clock
from tests.news.letters import entry, load, update

PAGE, LIST, FEED = "/en/appeal", "/en/appeal/updates", "/en/appeal/updates.atom"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_an_update_is_shown_nowhere_before_its_day(somebody: Visitor, tmp_path: Path, clock: Clock) -> None:
    assert "No update has been published yet." in somebody.get(LIST).text
    load(somebody, tmp_path, updates={"2026-05-05": update("2026-05-05", "Heard tomorrow")})
    for path in (PAGE, LIST, FEED):
        assert "Heard tomorrow" not in somebody.get(path).text, path
    assert somebody.get(f"{LIST}/2026-05-05").status_code == 404
    clock.move(days=1)
    for path in (PAGE, LIST, FEED, f"{LIST}/2026-05-05"):
        assert "Heard tomorrow" in somebody.get(path).text, path


def test_one_day_may_have_several_updates_and_the_last_stands_first(somebody: Visitor, tmp_path: Path) -> None:
    names = ["2026-05-01", *(f"2026-05-01-{number}" for number in range(2, 12))]
    load(somebody, tmp_path, updates={name: update("2026-05-01", f"Number {name}") for name in names})
    page = somebody.get(LIST).text
    places = [page.index(f'href="{LIST}/{name}"') for name in names]
    assert places == sorted(places, reverse=True)
    for name in names:
        assert f"Number {name}</h1>" in somebody.get(f"{LIST}/{name}").text
    assert "Number 2026-05-01-11" in somebody.get(PAGE).text.split('<div class="words">')[0]


def test_a_correction_of_a_published_update_says_on_which_day(
    somebody: Visitor, tmp_path: Path, clock: Clock
) -> None:
    name = "2026-05-05"
    load(somebody, tmp_path, updates={name: update(name, "Too early to be a correction")})
    load(somebody, tmp_path, updates={name: update(name, "Heard")})
    clock.move(days=2)
    load(somebody, tmp_path)
    assert "Changed on" not in somebody.get(LIST).text
    load(somebody, tmp_path, updates={name: update(name, "Heard", "Less about it.")})
    clock.move(days=2)
    load(somebody, tmp_path)
    for path in (LIST, f"{LIST}/{name}"):
        assert "Changed on 6 May 2026." in somebody.get(path).text
    load(somebody, tmp_path, updates={name: update(name, "Heard", "Less.", changed_on="2026-05-07")})
    assert "Changed on 7 May 2026." in somebody.get(LIST).text, "a file may say it itself"


def test_the_feed_tells_updates_and_the_timeline_in_one_language(somebody: Visitor, tmp_path: Path) -> None:
    news = update("2026-03-01", "Read & heard", "**Bold** & \ufffe no character.")
    load(
        somebody,
        tmp_path,
        entry("2026-02-01", "other", "It began."),
        entry("2027-01-01", "vote", "Votes."),
        updates={"2026-03-01": news},
    )
    answer = somebody.get(FEED)
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    titles = [one.text for one in feed.findall("a:entry/a:title", ATOM)]
    assert titles == ["Read & heard", "It began.", "Signing opened."], (
        "the newest first; what is to come is no news"
    )
    content = feed.find("a:entry/a:content", ATOM)
    assert content is not None
    assert "<strong>Bold</strong> &amp; " in (content.text or "")
    ids = [one.text or "" for one in feed.findall("a:entry/a:id", ATOM)]
    assert ids[:2] == [f"http://localhost{LIST}/2026-03-01", "http://localhost/en/appeal#2026-02-01-other"]
    assert 'id="2026-02-01-other"' in somebody.get(PAGE).text
    assert [one.text for one in feed.findall("a:updated", ATOM)] == ["2026-03-01T00:00:00Z"]
    for path in (PAGE, LIST):
        assert f'type="application/atom+xml" title="An appeal" href="{FEED}"' in somebody.get(path).text
    arabic = ElementTree.fromstring(somebody.get("/ar/appeal/updates.atom").data)
    titles = [one.text for one in arabic.findall("a:entry/a:title", ATOM)]
    assert titles == ["Read & heard", "It began.", "فُتح التوقيع."]


@pytest.mark.parametrize("name", ["soon", "2026-13-01", "2026-05-04-1", "2026-05-04-x", "../2026-05-04", ""])
def test_an_updates_folder_is_named_by_its_day(name: str) -> None:
    check_path("updates/2026-05-04-12/en.md")
    with pytest.raises(LetterMalformed):
        check_path(f"updates/{name}/en.md")


def test_a_command_publishes_an_update_and_nothing_else(somebody: Visitor, tmp_path: Path) -> None:
    with somebody.tools.database.write() as session:
        change_draft(
            session, "appeal", {"background/en.md": update("2026-05-01", "Not ready yet")},
            seen=0, by=None, now=somebody.tools.clock(),
        )  # fmt: skip
    file = tmp_path / "en.md"
    file.write_text(update("2026-05-01", "Heard"), encoding="utf-8")
    assert run(somebody, "--on", "2026-05-01", str(file)) == (0, "the update 2026-05-01 of appeal is published\n")
    assert run(somebody, "--on", "2026-05-01", str(file)) == (0, "nothing to change\n")
    assert run(somebody, "--on", "2026-05-01", "--number", "2", str(file))[0] == 0
    page = somebody.get(LIST).text
    assert ("updates/2026-05-01-2" in page, "Heard" in page) == (True, True)
    assert "Not ready yet" not in somebody.get("/en/appeal/background").text
    with somebody.tools.database.read() as session:
        draft = draft_of(session, "appeal")
    assert draft is not None
    assert "Not ready yet" in draft.files["background/en.md"]
    assert "updates/2026-05-01/en.md" in draft.files


def test_the_command_refuses_what_is_no_update(somebody: Visitor, tmp_path: Path) -> None:
    for name, content in (("en.md", b"no front matter"), ("en.md", b"\xff"), ("xx.md", b"")):
        (tmp_path / name).write_bytes(content)
        code, told = run(somebody, "--on", "2026-05-01", str(tmp_path / name))
        assert (code, told.count("\n")) == (1, 1), told
    with somebody.tools.database.write() as session:
        words = {"updates/2026-05-01/en.md": update("2026-05-01", "At the desk")}
        change_draft(session, "appeal", words, seen=0, by=None, now=somebody.tools.clock())
    (tmp_path / "en.md").write_text(update("2026-05-01", "By command"), encoding="utf-8")
    assert "being changed at the desk" in run(somebody, "--on", "2026-05-01", str(tmp_path / "en.md"))[1]


def run(visitor: Visitor, *words: str) -> tuple[int, str]:
    done = visitor.app.test_cli_runner().invoke(args=["letter", "update", "appeal", *words])
    return done.exit_code, done.output
