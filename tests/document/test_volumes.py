"""More names than one document holds: numbered volumes, each whole, all of them or none."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from campaign.document import cli, printing
from campaign.document import volumes as press_room
from campaign.document.models import Delivery, DeliveryLine
from campaign.document.pdf import typeset
from campaign.document.press import WHOLE, NotPrinted
from campaign.document.rules import Document, places, volumes
from campaign.document.volumes import set_volumes
from campaign.storage.files import drafted, finish_draft
from tests.cast import Officer, Visitor
from tests.document.test_pdf import document, group, line, needs_poppler, text_of
from tests.roll.conftest import SHOWN, crowd_of

BROKEN_OFF = """
import sys
from pathlib import Path
from campaign.storage.files import drafted
from campaign.document.rules import volumes
from campaign.document.volumes import set_volumes
from tests.document.test_volumes import long_one

def tell(step):
    print(step.words, flush=True)
    sys.stdin.read()  # waits here until it is killed

folder = Path(sys.argv[1])
with drafted(folder) as draft:
    set_volumes(volumes(long_one(), 3), draft, folder.name, tell)
"""


def long_one() -> Document:
    """Seven names in two countries, and people without names in both."""
    here = [line(f"Ana {at}", kind="lawmaker" if at < 4 else "activist") for at in range(5)]
    swiss = group(*here, withheld=6)
    return document(swiss, group(line("Bo 1"), line("Bo 2"), code="FR", withheld=5), group(code="AT", withheld=9))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two names be too many for one document, and a volume hold two."""
    monkeypatch.setattr(cli, "WHOLE", 1)
    monkeypatch.setattr(printing, "WHOLE", 1)
    monkeypatch.setattr(press_room, "VOLUME", 2)


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 6, 7])
def test_every_signatory_stands_in_one_volume_at_their_old_place(most: int) -> None:
    whole = long_one()
    cut = volumes(whole, most)
    assert [place for one in cut for place in places(one)] == list(places(whole))
    assert max(one.names for one in cut) <= most
    assert max(one.names for one in cut) - min(one.names for one in cut[:-1] or cut) == 0
    assert [one.volume for one in cut] == [(number, len(cut)) for number in range(1, len(cut) + 1)]


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_signatories_without_a_name_are_counted_in_one_volume(most: int) -> None:
    cut = volumes(long_one(), most)
    withheld = [(part.code, part.withheld) for one in cut for part in one.groups if part.withheld]
    assert withheld == [("CH", 6), ("FR", 5), ("AT", 9)]
    assert sum(one.elsewhere for one in cut) == 3
    assert sum(one.counted for one in cut) == 2


@needs_poppler
def test_a_volume_says_which_it_is_and_is_whole_by_itself() -> None:
    cut = volumes(long_one(), 3)
    pages = text_of(typeset(cut[1])).split("\f")
    assert "Volume 2 of 3" in pages[0]
    assert all("APPEAL-CH-20260504-V2 · Volume 2 of 3" in page for page in pages if page.strip())
    assert "We ask for one thing." in " ".join(pages[1].split())
    with pikepdf.open(BytesIO(typeset(cut[1]))) as pdf, pdf.open_outline() as outline:
        assert [one.title for top in outline.root for one in top.children] == [
            "Switzerland (continued)",
            "France",
        ]


@needs_poppler
def test_the_numbers_beside_names_continue_in_the_next_volume() -> None:
    (_first, second) = volumes(document(group(*(line(f"Ana {at}") for at in range(9)))), 5)
    assert "\n5\n" not in text_of(typeset(second))
    assert second.groups[0].before == {"lawmakers": 0, "activists": 5}
    (_first, second) = volumes(document(group(*(line(f"Ana {at}") for at in range(12)))), 6)
    assert "10" in text_of(typeset(second)).split("APPEAL-CH-20260504-V2")[-2]


@pytest.mark.usefixtures("small")
def test_a_long_roll_becomes_a_folder_of_volumes_each_on_record(site: Flask, tmp_path: Path) -> None:
    crowd = crowd_of(site, tmp_path / "mail").gather()
    run = site.test_cli_runner().invoke(args=["deliver", "pdf", "appeal", "-o", str(tmp_path / "out" / "r.pdf")])
    assert "cannot write" in run.output
    run = site.test_cli_runner().invoke(args=["deliver", "pdf", "appeal", "-o", str(tmp_path / "r.pdf")])
    assert run.exit_code == 0, run.output
    assert [words.split()[0] for words in run.output.splitlines()] == ["1/2", "2/2", f"{tmp_path / 'r'}:"]
    files = sorted((tmp_path / "r").iterdir())
    assert [file.name for file in files] == ["r-1.pdf", "r-2.pdf"]
    text = " ".join(text_of(file.read_bytes()) for file in files)
    assert all(text.count(name) == 1 for name in SHOWN)
    with crowd.visitor.tools.database.read() as session:
        kept = session.scalars(select(Delivery.reference).order_by(Delivery.id)).all()
        assert [reference.rpartition("-")[2] for reference in kept] == ["V1", "V2"]
        assert len(session.scalars(select(DeliveryLine.signatory_id)).all()) == len(SHOWN)
    again = site.test_cli_runner().invoke(args=["deliver", "pdf", "appeal", "-o", str(tmp_path / "r.pdf")])
    assert "is there already" in again.output


@pytest.mark.usefixtures("small")
def test_a_withdrawal_while_volumes_are_printed_leaves_none_of_them(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, vera = Visitor(site, tmp_path / "mail"), Officer(site, tmp_path / "mail").join()
    paths = [visitor.sign_and_confirm(email=f"p{at}@example.org", name=f"Ana {'abc'[at]}") for at in range(3)]
    for number in (1, 2, 3):
        assert vera.decide(number).status_code == 303

    def build(wanted: Document, *, in_turn: bool) -> bytes:
        visitor.elsewhere().client.post(f"{paths[0]}/withdraw")
        return typeset(wanted, in_turn=in_turn)

    monkeypatch.setattr(press_room, "typeset", build)
    run = site.test_cli_runner().invoke(args=["deliver", "pdf", "appeal", "-o", str(tmp_path / "r.pdf")])
    assert "print it again" in run.output
    assert not (tmp_path / "r").exists()
    assert not (tmp_path / ".r.part").exists()
    with visitor.tools.database.read() as session:
        assert session.scalars(select(Delivery)).all() == []


@pytest.mark.usefixtures("small")
def test_the_desk_says_that_so_many_names_need_volumes(site: Flask, tmp_path: Path) -> None:
    crowd = crowd_of(site, tmp_path / "mail").gather()
    form = {"letter": "appeal", "language": "en", "country": ""}
    answer = crowd.vera.post("/desk/deliver", form, "/desk/deliver")
    assert answer.status_code == 422
    assert "prints them in volumes" in answer.text


def test_a_build_that_is_killed_leaves_nothing_under_the_name_and_the_next_starts_clean(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    command = [sys.executable, "-c", BROKEN_OFF, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as broken:
        assert broken.stdout is not None
        assert broken.stdout.readline().startswith("1/3 ")
        broken.kill()
    assert [path.name for path in tmp_path.iterdir()] == [".r.part"]
    with drafted(folder) as draft:
        assert list(draft.iterdir()) == []
        set_volumes(volumes(long_one(), 3), draft, "r", lambda _words: None)
        finish_draft(draft, folder)
    assert [path.name for path in tmp_path.iterdir()] == ["r"]
    assert len(list(folder.iterdir())) == 3


def test_a_fault_in_one_volume_takes_the_others_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(wanted: Document, *, in_turn: bool) -> bytes:
        if wanted.volume == (2, 3):
            raise NotPrinted("no paper")
        return typeset(wanted, in_turn=in_turn)

    monkeypatch.setattr(press_room, "typeset", build)
    with pytest.raises(NotPrinted), drafted(tmp_path / "r") as draft:
        set_volumes(volumes(long_one(), 3), draft, "r", lambda _words: None)
    assert list(tmp_path.iterdir()) == []


def test_up_to_the_limit_it_is_one_document() -> None:
    printing.fits_one(WHOLE)
    with pytest.raises(printing.TooLong):
        printing.fits_one(WHOLE + 1)
