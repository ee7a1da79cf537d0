"""A letter to an assembly and a university goes the whole way of one to governments, and calls nobody a government."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import offline
from campaign.confirm.models import Signatory
from campaign.document.models import Delivery
from campaign.letter.drafts import load_letters
from campaign.sign.rules import CONSENT_TEXTS, CONSENT_TO_NAMED, consent_hash, readers
from tests.cast import ACTIVIST, Officer, Visitor, by_two
from tests.deliver.ways import walk
from tests.document.test_pdf import needs_poppler, text_of
from tests.package.asking import ask, work
from tests.package.parcels import PUBLIC, alone, run

NAMED = Path(__file__).parents[1] / "named"
PAGE, DATA = "/en/reef/deliveries", "/api/v1/letters/reef/deliveries"
FIRST = "REEF-ASSEMBLY-20260504-1"
ASSEMBLY, UNIVERSITY = "General Assembly of the Reefs", "University of the Lagoon"


@pytest.fixture
def reef(visitor: Visitor, vera: Officer) -> str:
    """The letter, signed by one whose name is withheld, for the assembly's eyes, and by one in public: their page."""
    with visitor.tools.database.write() as session:
        load_letters(session, NAMED, now=visitor.tools.clock())
    visitor.sign_and_confirm(ACTIVIST, letter="/en/reef", recipient=["assembly", "CH", "own"])
    page = visitor.sign_and_confirm(PUBLIC, letter="/en/reef", name="Ana Belin", email="ana@example.org")
    for number in (1, 2):
        assert vera.decide(number).status_code == 303
    return page


def signed(visitor: Visitor) -> list[str]:
    with visitor.tools.database.read() as session:
        return list(session.scalars(select(Signatory.consent_sha256).order_by(Signatory.id)))


def data(visitor: Visitor) -> dict[str, Any]:
    answer = visitor.get(DATA).json
    assert answer is not None
    return dict(answer)


@needs_poppler
def test_it_is_signed_printed_packed_sent_and_answered(
    visitor: Visitor, vera: Officer, paul: Officer, reef: str, tmp_path: Path
) -> None:
    out, annex = tmp_path / "out", tmp_path / "annex.pdf"
    asked = ["deliver", "annex", "reef", "--recipient", "assembly", "-o", str(annex)]
    assert by_two(vera, *asked).exit_code == 0
    shown = text_of(annex.read_bytes())
    for words in (
        "Sonam Yangchen",
        f"To the {ASSEMBLY}",
        "For the addressee only",
        "REEF-ASSEMBLY-20260504-ANNEX",
    ):
        assert words in shown
    refused = by_two(vera, "deliver", "annex", "reef", "--recipient", "university", "-o", str(annex))
    assert "no signatory whose entry could be opened lets university read their name" in refused.output
    told = run(visitor, "package", "reef", "--recipient", "Assembly", "--annex", str(annex), "-o", str(out))
    assert "1 names" in told
    folder = out / FIRST
    said = json.loads((folder / "manifest.json").read_bytes())
    assert said["recipient"] == {
        "key": "assembly",
        "lines": ["Assemblée générale des récifs", "1 quai du Lagon", "99000 Port-Inventé"],
        "salutation": "Mesdames et Messieurs les délégués,",
    }
    assert "Assemblée générale des récifs" in text_of((folder / "letter.pdf").read_bytes())
    assert alone(folder)[0] == 0
    assert "byte for byte" in run(visitor, "check", str(folder))
    assert (out / f"{FIRST}-ANNEX").is_dir()
    walk(vera, paul, "/desk/deliveries/2")
    (one,) = data(visitor)["deliveries"]
    whom = {"country": None, "recipient": "assembly", "name": ASSEMBLY}
    assert whom.items() <= one.items()
    assert one["answer"]["text"] == "Bien reçu.\n\nNous lirons."
    assert data(visitor)["counts"] == {"recipients": 2, "delivered": 1, "received": 1, "answered": 1}
    assert data(visitor)["states"] == [
        {**whom, "state": "answered"},
        {"country": None, "recipient": "university", "name": UNIVERSITY, "state": "waiting"},
    ]


def test_everybody_reads_who_has_it_and_who_waits_and_no_government_or_map(
    visitor: Visitor, vera: Officer, paul: Officer, reef: str, tmp_path: Path
) -> None:
    run(visitor, "package", "reef", "--all", "-o", str(tmp_path))
    walk(vera, paul)
    page, french = visitor.get(PAGE).text, visitor.get("/fr/reef/deliveries").text
    for words in (ASSEMBLY, "recipient reached", "Nous lirons", f"<p>{UNIVERSITY}</p>"):
        assert words in page
    assert "Assemblée générale des récifs" in french
    for words in ("overnment", "<img"):
        assert words not in page.split("<main")[1].split("</main>")[0]
    assert visitor.get("/en/reef/deliveries-world.svg").status_code == 404
    assert "Delivered to one recipient." in visitor.get("/en/reef").text
    assert ASSEMBLY in visitor.get(reef).text
    stored = json.loads(visitor.get(f"{reef}/data.json").text)
    assert [one["recipient"] for one in stored["deliveries"]] == ["assembly", "university"]
    assert FIRST in visitor.get(f"/en/verify?asked={FIRST}").text
    for path in ("/desk/deliveries", "/desk/deliveries/1", "/desk/deliver", "/desk/recipients"):
        assert ASSEMBLY in vera.get(path).text, path
    visitor.post(f"{reef}/withdraw", {"confirm": "yes"})
    assert ASSEMBLY in vera.get("/desk/recalls").text


def test_the_form_asks_who_may_read_a_name_and_what_is_agreed_to_names_no_government(
    visitor: Visitor, reef: str
) -> None:
    form = visitor.get("/en/reef/sign?as=activist").text.split("<form")[1]
    for words in ("Who may read your name?", ASSEMBLY, UNIVERSITY, CONSENT_TO_NAMED):
        assert words in form
    assert "overnment" not in form
    visitor.sign(ACTIVIST, letter="/en/reef", recipient=["assembly"], email="third@example.org")
    link, _code = visitor.link_and_code()
    assert f"<dd>{ASSEMBLY}</dd>" in visitor.get(link).text
    agreed = f"{CONSENT_TEXTS['sign']}\n{CONSENT_TO_NAMED}"
    assert signed(visitor)[0] == sha256(agreed.encode()).hexdigest()
    assert signed(visitor)[0] != consent_hash(("sign", "deliver"), "governments")


def test_a_narrower_use_is_kept_with_the_words_of_the_same_letter(visitor: Visitor, reef: str) -> None:
    use = {"visibility": "withheld", "recipient": ["university", "FR"], "consent": ["sign", "deliver"]}
    assert visitor.post(f"{reef}/visibility", use).status_code == 303
    assert signed(visitor)[1] == consent_hash(("sign", "deliver"), "recipients")
    stored = json.loads(visitor.get(f"{reef}/data.json").text)
    assert stored["entries"][0]["recipients"] == ["university"]


def test_the_desk_asks_for_one_for_each_of_them(visitor: Visitor, vera: Officer, reef: str) -> None:
    page = vera.get("/desk/packages").text
    assert f'<option value="university">{UNIVERSITY}</option>' in page
    path = ask(vera, letter="reef", country="university")
    assert UNIVERSITY in vera.get(path).text
    work(visitor)
    assert "It is ready" in vera.get(path).text
    assert ask(vera, letter="reef", country="all") == "/desk/packages"
    for wanted, words in (
        ({"country": "FR"}, "FR is none of assembly"),
        ({"office": "foreign"}, "is no government"),
    ):
        vera.confirm_oneself()
        form = {"letter": "reef", "country": "assembly", "office": "", "language": "", "paper": "", **wanted}
        answer = vera.post("/desk/packages", form, "/desk/packages")
        assert (answer.status_code, words in answer.text) == (422, True)


def test_a_document_is_for_one_of_them_or_for_all_and_for_no_country(
    visitor: Visitor, reef: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "a.pdf")
    assert "FR is none of assembly, university" in run(
        visitor, "pdf", "reef", "--country", "fr", "-o", file, well=False
    )
    run(visitor, "pdf", "reef", "--country", "university", "-o", file)
    run(visitor, "pdf", "reef", "-o", file)
    with visitor.tools.database.read() as session:
        found = list(session.scalars(select(Delivery.reference).order_by(Delivery.id)))
    assert found == ["REEF-UNIVERSITY-20260504", "REEF-ALL-20260504"]
    assert f"university\tletter reef\ten\t\t{UNIVERSITY}" in run(
        visitor, "recipients", "--recipient", "university"
    )


@needs_poppler
def test_a_bundle_knows_what_they_are_called_where_there_is_no_database(
    visitor: Visitor, vera: Officer, reef: str, tmp_path: Path
) -> None:
    bundle, annex = tmp_path / "reef.bundle", tmp_path / "annex.pdf"
    assert by_two(vera, "deliver", "bundle", "reef", "-o", str(bundle)).exit_code == 0
    keys = str(visitor.tools.site.seal_keys)
    laptop = offline().test_cli_runner()
    words = ["deliver", "annex", str(bundle), "--keys", keys, "-o", str(annex), "--language", "fr", "--recipient"]
    assert "FR is none of assembly, university" in laptop.invoke(args=[*words, "FR"]).output
    assert laptop.invoke(args=[*words, "assembly"]).exit_code == 0
    assert "À l’Assemblée générale des récifs" in text_of(annex.read_bytes())
    assert "1 names on record" in run(visitor, "record", str(annex.with_suffix(".receipt.json")))


def test_ones_own_country_is_no_recipient_of_a_letter_that_names_others() -> None:
    assert readers(["own", "all", "CH"], "CH", ("assembly", "university")) == ("assembly", "university")


def test_a_recipient_taken_out_of_the_letter_keeps_its_name_where_it_has_the_letter(
    visitor: Visitor, vera: Officer, paul: Officer, reef: str, tmp_path: Path
) -> None:
    run(visitor, "package", "reef", "--recipient", "university", "-o", str(tmp_path / "out"))
    walk(vera, paul)
    facts = tmp_path / "letters" / "reef"
    shutil.copytree(NAMED / "reef", facts)
    said = (NAMED / "reef" / "letter.toml").read_text()
    (facts / "letter.toml").write_text(said[: said.index('[[recipients]]\nkey = "university"')])
    with visitor.tools.database.write() as session:
        load_letters(session, tmp_path / "letters", now=visitor.tools.clock())
    assert UNIVERSITY in visitor.get(PAGE).text
    assert data(visitor)["counts"]["recipients"] == 1
    assert "university is none of assembly" in run(
        visitor, "pdf", "reef", "--recipient", "university", "-o", str(tmp_path / "a.pdf"), well=False
    )
