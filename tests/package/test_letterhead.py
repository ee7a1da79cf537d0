"""The letterhead: on the first page, frozen with the package, and in no mail to a signatory."""

import json
from base64 import b64encode
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from campaign.desk.logos import clean_logo
from campaign.document.bundle import COUNTS, Bundle, Title
from campaign.document.pdf import typeset
from campaign.document.rules import Letterhead
from tests.cast import Officer, Visitor
from tests.deliver.test_life_by_mail import by_mail
from tests.deliver.ways import approve, step
from tests.desk.pictures import CLEANED, drawing, picture
from tests.desk.test_identity import OURS, PAGE, save
from tests.document.test_conformance import faults, letter
from tests.document.test_pdf import document, group, line, needs_poppler, text_of
from tests.package.mutations import read_files
from tests.package.parcels import FIRST, alone, make, run, sign

NAME, REPLY = OURS["name"], OURS["reply_to"]
LOGOS = {"svg": drawing(), "png": picture((300, 60), (8, 2))}


def head(kind: str, name: str = NAME) -> Letterhead:
    logo = clean_logo(LOGOS[kind]).content if kind else b""
    return Letterhead(name, REPLY, kind, b64encode(logo).decode())


@needs_poppler
@pytest.mark.parametrize(("kind", "language"), [("svg", "en"), ("png", "ar"), ("", "zh-Hant")])
def test_the_first_page_names_the_campaign_and_conforms_as_before(kind: str, language: str) -> None:
    document = replace(letter(language), letterhead=head(kind))
    pdf = typeset(document)
    assert faults(pdf) == []
    assert pdf == typeset(document)
    first = text_of(pdf).partition("\f")[0]
    assert NAME in first
    assert REPLY in first
    with pikepdf.open(BytesIO(pdf)) as whole:
        assert str(whole.docinfo["/Author"]) == NAME


def test_every_accepted_logo_can_be_printed() -> None:
    unprinted = []
    for name, raw in CLEANED.items():
        logo = clean_logo(raw)
        said = Letterhead(NAME, REPLY, logo.kind, b64encode(logo.content).decode())
        if faults(typeset(document(group(line("Ada Lark")), letterhead=said))):
            unprinted.append(name)
    assert unprinted == []


def test_without_an_identity_a_letter_is_the_softwares_own() -> None:
    with pikepdf.open(BytesIO(typeset(letter("en")))) as whole:
        assert str(whole.docinfo["/Author"]) == "Undersigned"


@needs_poppler
def test_a_package_freezes_the_letterhead(ines: Officer, somebody: Visitor, tmp_path: Path) -> None:
    sign(somebody, ines, 1, "Odile Verchamp")
    assert save(ines, logo=LOGOS["svg"]).status_code == 303
    assert save(ines, f"{PAGE}/fr", name="Appel du lac").status_code == 303
    make(somebody, tmp_path / "out")
    folder = tmp_path / "out" / FIRST
    files = read_files(folder)
    assert bytes(files["logo.svg"]) == clean_logo(LOGOS["svg"]).content
    said = json.loads(bytes(files["manifest.json"]))["letterhead"]
    assert said == {"name": NAME, "reply_to": REPLY, "logo": "logo.svg"}
    assert "logo.svg: the campaign’s logo" in bytes(files["README.txt"]).decode()
    assert NAME in text_of(bytes(files["letter.pdf"])).partition("\f")[0]
    assert save(ines, name="Another name", no_logo="yes").status_code == 303
    assert "byte for byte" in run(somebody, "check", str(folder)), "what is frozen does not follow"
    assert alone(folder)[0] == 0


def test_a_package_of_a_campaign_without_an_identity_is_as_it_was(
    ines: Officer, somebody: Visitor, tmp_path: Path
) -> None:
    sign(somebody, ines, 1, "Odile Verchamp")
    make(somebody, tmp_path / "out")
    files = read_files(tmp_path / "out" / FIRST)
    assert "letterhead" not in json.loads(bytes(files["manifest.json"]))
    assert "logo" not in bytes(files["README.txt"]).decode()
    assert not [name for name in files if name.startswith("logo")]


def test_a_bundle_carries_the_letterhead_to_where_the_annex_is_printed(ines: Officer) -> None:
    texts = {"en": Title("An appeal", "5" * 64, NAME), "fr": Title("Un appel", "6" * 64, "Appel du lac")}
    bundle = Bundle("appeal", 1, COUNTS, ines.tools.clock().date(), texts, (), letterhead=head("png"))
    again = Bundle.from_bytes(bundle.to_bytes())
    assert again == bundle
    assert again.letterhead_in("fr") == head("png", "Appel du lac")
    older = json.loads(bundle.to_bytes())
    del older["letterhead"]
    assert Bundle.from_bytes(json.dumps(older).encode()).letterhead_in("en") is None


def test_a_mailed_document_is_answered_at_the_reply_address(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    vera.confirm_oneself()
    assert save(vera).status_code == 303
    approve(vera)
    before = set(visitor.mailbox.glob("*.eml"))
    assert step(paul, "send", by_mail(tmp_path)).status_code == 303
    visitor.deliver_mail()
    (path,) = set(visitor.mailbox.glob("*.eml")) - before
    message = message_from_bytes(path.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    assert message["Reply-To"] == REPLY
    assert body is not None
    assert body.get_content().rstrip().endswith(NAME)


def test_a_signatorys_mail_holds_nothing_of_the_identity(ines: Officer, somebody: Visitor) -> None:
    assert save(ines, logo=LOGOS["svg"]).status_code == 303
    somebody.sign()
    somebody.deliver_mail()
    (path,) = somebody.mailbox.glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    whole = f"{mail.items()} {body.get_content()}"
    assert "Reply-To" not in whole
    assert not [said for said in OURS.values() if len(said) > 5 and said in whole]
    assert "lake" not in whole.lower()
