"""The letter of the documentation: scientists and organisations sign it, from the form to the package."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import ROOT
from campaign.confirm.models import Signatory
from campaign.package.verify import judge
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.roll.conftest import HAS_POPPLER, pdf_text

COMMAND = re.compile(r"^flask (.+)$", re.MULTILINE)
ALL = ["sign", "publish", "deliver"]
SCIENTIST = {
    "kind": "scientist",
    "name": "Ilva Rives",
    "country": "FR",
    "office": "Physicist",
    "affiliation": "Institut des Rives",
    "email": "ilva@rives.example",
    "visibility": "public",
    "consent": ALL,
}
ORGANISATION = {
    "kind": "organisation",
    "name": "Tide Watch",
    "country": "PT",
    "website": "https://www.tidewatch.example/about",
    "representative": "Noor Vale",
    "mandate": "Director",
    "email": "noor@tidewatch.example",
    "visibility": "public",
    "consent": ALL,
}


@pytest.fixture
def ocean(site: Flask, tmp_path: Path) -> Visitor:
    """Return a visitor of a site where the documented commands have loaded the letter."""
    for command in COMMAND.findall((ROOT / "docs" / "letter.md").read_text(encoding="utf-8")):
        words = [str(ROOT / word) if word.startswith("config/") else word for word in command.split()]
        result = site.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0, result.output
    assert "Open the ocean’s measurements" in result.output
    return Visitor(site, tmp_path / "mail")


@pytest.fixture
def desk(ocean: Visitor) -> Officer:
    return Officer(ocean.app, ocean.mailbox).join()


def signed(visitor: Visitor, form: dict[str, Any], **changes: Any) -> str:
    """Let a visitor sign and confirm; return the path of their private page."""
    answer = visitor.post("/en/ocean/sign", {**form, **changes}, f"/en/ocean/sign?as={form['kind']}")
    assert answer.status_code == 303, answer.text
    link, _code = visitor.link_and_code()
    assert form["name"] in visitor.get(link).text
    done = visitor.confirm(link)
    assert done.status_code == 303
    return done.headers["Location"].removeprefix("http://localhost").partition("?")[0]


def run(visitor: Visitor, *words: str) -> str:
    result = visitor.app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == 0, result.output
    return result.output


def test_the_file_shown_in_the_documentation_is_the_example() -> None:
    shown = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "letter.md").read_text(encoding="utf-8"), re.DOTALL)
    example = (ROOT / "config" / "examples" / "ocean" / "letter.toml").read_text(encoding="utf-8")
    assert shown
    assert [one for one in shown if one not in example] == []


def test_both_kinds_sign_and_stand_in_every_output(ocean: Visitor, desk: Officer, tmp_path: Path) -> None:
    signed(ocean, SCIENTIST)
    signed(ocean, ORGANISATION)
    assert desk.decide(1, level="1", method="none").status_code == 303
    assert desk.decide(2, level="2", method="mailbox").status_code == 303
    roll = ocean.get("/en/ocean/signatories").text
    assert all(
        said in roll for said in ("Scientists</h3>", "Organisations</h3>", "Ilva Rives", "tidewatch.example")
    )
    assert "<strong>1</strong> scientist<" in roll
    assert "organisation’s own domain" in roll
    assert "Scientifiques" in ocean.get("/fr/ocean/signatories").text
    tally = ocean.get("/api/v1/letters/ocean/tally").get_json()
    assert (tally["scientists"], tally["organisations"], tally["total"]) == (1, 1, 2)
    people = ocean.get("/api/v1/letters/ocean/signatories").get_json()["signatories"]
    assert [(one["kind"], one["affiliation"], one["website"]) for one in people] == [
        ("scientist", "Institut des Rives", None),
        ("organisation", None, "tidewatch.example"),
    ]
    assert "legislature" not in people[0]
    assert "1 scientists, 1 organisations" in run(ocean, "roll", "show", "ocean")
    picture = ocean.get("/en/ocean/signatories.svg").text
    assert "Organisations: 1" in picture
    run(ocean, "deliver", "pdf", "ocean", "-o", str(tmp_path / "letter.pdf"))
    if HAS_POPPLER:
        text = pdf_text(tmp_path / "letter.pdf")
        assert "1 scientist and 1 organisation" in text
        assert "Noor Vale" not in text


def test_a_package_names_its_kinds_and_its_verifier_counts_each_of_them(
    ocean: Visitor, desk: Officer, tmp_path: Path
) -> None:
    signed(ocean, SCIENTIST)
    signed(ocean, ORGANISATION)
    desk.decide(1, level="1", method="none")
    desk.decide(2, level="2", method="mailbox")
    run(ocean, "deliver", "package", "ocean", "--recipient", "ioc", "-o", str(tmp_path))
    (folder,) = (path for path in tmp_path.iterdir() if path.name.startswith("OCEAN") and path.is_dir())
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [kind["key"] for kind in manifest["kinds"]] == ["scientist", "organisation"]
    assert manifest["counts"]["countries"]["PT"] == {"scientist": {}, "organisation": {"2": 1}, "withheld": 0}
    sentences, well = judge(folder)
    assert well, sentences
    assert "PROVEN: the list has 2 names" in "\n".join(sentences)


def test_only_the_desk_reads_a_representative_unless_they_tick_the_box(
    ocean: Visitor, desk: Officer, tmp_path: Path
) -> None:
    own = signed(ocean, ORGANISATION)
    desk.decide(1, level="2", method="mailbox")
    card = desk.get("/desk/signatory/1").text
    assert "<dt>Representative</dt><dd><bdi>Noor Vale</bdi>" in card
    with ocean.tools.database.read() as session:
        row = session.scalars(select(Signatory)).one()
    assert (row.said, row.search_text) == ({"website": "tidewatch.example"}, "tide watch tidewatch example")
    assert b"Noor" not in (row.sealed_said or b"Noor")
    page = ocean.get(own).text
    assert "<bdi>Noor Vale</bdi>" in page, "they see what they said"
    public = [ocean.get(path).text for path in ("/en/ocean/signatories", "/api/v1/letters/ocean/signatories")]
    public += [run(ocean, "roll", "export", "ocean", "--format", name) for name in ("csv", "json")]
    assert [said for said in public if "Noor" in said] == []
    form = {name: value for name, value in ORGANISATION.items() if name != "email"}
    assert ocean.post(f"{own}/edit", {**form, "represented_by": "yes"}).status_code == 303
    desk.decide(2, level="2", method="mailbox")
    assert "Noor Vale, Director" in ocean.get("/en/ocean/signatories").text
    assert 'value="yes" checked' in ocean.get(f"{own}/edit").text


def test_a_representative_stays_sealed_while_their_organisation_is_withheld_and_after_it(
    ocean: Visitor, desk: Officer
) -> None:
    own = signed(ocean, ORGANISATION)
    for use in ("withheld", "public"):
        assert ocean.post(f"{own}/visibility", {"visibility": use, "consent": ALL}).status_code == 303
        assert "Noor Vale" in desk.get("/desk/signatory/1").text
        assert "Noor Vale" in ocean.get(own).text
    with ocean.tools.database.read() as session:
        row = session.scalars(select(Signatory)).one()
    assert (row.said, row.sealed_entry) == ({"website": "tidewatch.example"}, None)
    signed(ocean, ORGANISATION, visibility="withheld")
    assert "Noor Vale" in desk.get("/desk/signatory/2").text


@pytest.mark.parametrize(
    ("email", "website", "owned"),
    [
        ("noor@tidewatch.example", "tidewatch.example", True),
        ("noor@press.tidewatch.example", "tidewatch.example", True),
        ("press@tidewatch.example", "tidewatch.example", True),
        ("noor@nottidewatch.example", "tidewatch.example", False),
        ("noor@example.org", "oceans.example.org", False),
        ("noor@gmail.com", "tidewatch.example", False),
        ("noor@gmail.com", "gmail.com", False),
        ("noor@mailinator.com", "mailinator.com", False),
    ],
)
def test_level_2_takes_an_address_at_the_organisations_own_domain(
    ocean: Visitor, desk: Officer, email: str, website: str, owned: bool
) -> None:
    signed(ocean, ORGANISATION, email=email, website=website)
    card = desk.get("/desk/signatory/1").text
    assert ("Level 2 on this alone" in card) == owned
    assert desk.decide(1, level="2", method="mailbox").status_code == (303 if owned else 422)
    assert desk.decide(1, level="1", method="none").status_code == (422 if owned else 303), (
        "accepted like a person"
    )


def test_an_organisation_must_say_its_domain_and_who_signs_for_it(ocean: Visitor) -> None:
    nothing = {**ORGANISATION, "website": "no domain", "representative": ""}
    answer = ocean.post("/en/ocean/sign", nothing, "/en/ocean/sign?as=organisation")
    assert answer.status_code == 422
    assert "Please type the organisation’s own web domain" in answer.text
    assert "Your name – Please fill this in." in answer.text


def test_a_list_from_paper_uses_the_letters_names_for_its_kinds(ocean: Visitor, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "Nom,Type,Pays,Organisation,Site web,Représentante\n"
        "Ana Lin,scientifique,France,Institut des Rives,,\n"
        "Coast Care,organisation,Portugal,,coast.example,Bela Trost\n"
        "Bo,lawmaker,France,,,\n"
        "Sea Ltd,organisation,Portugal,,no domain,Bela Trost\n",
        encoding="utf-8",
    )
    words = ("intake", "import", str(tmp_path / "list.csv"), "--letter", "ocean", "--provenance", "paper")
    told = run(ocean, *words, "--visibility", "public")
    assert "does not say scientist or organisation" in told
    assert "is no web domain, such as example.org" in told
    with ocean.tools.database.read() as session:
        rows = session.execute(select(Signatory.kind, Signatory.said).order_by(Signatory.id)).all()
    assert [tuple(row) for row in rows] == [
        ("scientist", {"affiliation": "Institut des Rives"}),
        ("organisation", {"website": "coast.example"}),
    ]


def test_each_kind_reads_its_own_questions(ocean: Visitor, clock: Clock) -> None:
    asked = ocean.get("/en/ocean/sign?as=organisation").text
    assert all(
        said in asked for said in ("Name of the organisation", "Country of the organisation", "own domain: it")
    )
    scientist = ocean.get("/fr/ocean/sign?as=scientist").text
    assert "Signer comme scientifique" in scientist
    assert "Signer pour une organisation" in scientist, "the other kind is one step away"
    assert "Nom de l’organisation" not in scientist
