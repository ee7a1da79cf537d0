"""What is kept of each printed document, so that a withdrawal can be followed to the paper."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.audit.models import LogEntry
from campaign.document import printing
from campaign.document.bundle import Receipt
from campaign.document.models import Delivery, DeliveryLine
from campaign.document.pdf import typeset
from campaign.document.printing import Printer
from campaign.document.rules import Document
from campaign.world.countries import countries
from tests.cast import ACTIVIST, Officer, Visitor, by_two
from tests.deliver.people import sign, sign_and_count

PUBLIC = {**ACTIVIST, "latin_name": "", "visibility": "public", "consent": ["sign", "publish", "deliver"]}
FORM = {"letter": "appeal", "language": "en", "country": "DE"}


def count(visitor: Visitor, model: type) -> int:
    with visitor.tools.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_every_name_in_a_printed_document_is_kept_with_its_place(visitor: Visitor, vera: Officer) -> None:
    people = [
        ("lawmaker", "Odile Verchamp", "FR"),
        ("activist", "Bela Trost", "DE"),
        ("activist", "Ada Rue", "DE"),
    ]
    for number, (kind, name, country) in enumerate(people, 1):
        changes = PUBLIC if kind == "activist" else {}
        visitor.sign_and_confirm({**changes, "name": name, "country": country, "email": f"p{number}@example.org"})
        vera.decide(number)
    answer = vera.post("/desk/deliver", FORM)
    with visitor.tools.database.read() as session:
        (delivery,) = session.scalars(select(Delivery))
        lines = session.execute(select(DeliveryLine.signatory_id, DeliveryLine.place)).all()
    assert sorted((number, place) for number, place in lines) == [
        (1, "FR, lawmakers, 1"),
        (2, "DE, activists, 2"),
        (3, "DE, activists, 1"),
    ]
    assert (delivery.country, delivery.language, delivery.annex, delivery.officer_id) == ("DE", "en", False, 1)
    page = vera.get("/desk/deliver").text
    assert "APPEAL-DE-20260504" in page
    assert delivery.pdf_sha256.hex()[:12] in page
    assert answer.data.startswith(b"%PDF")


def test_the_same_document_printed_twice_is_one_delivery_and_two_entries_in_the_log(
    visitor: Visitor, vera: Officer
) -> None:
    visitor.sign_and_confirm()
    vera.decide(1)
    for _ in range(2):
        assert vera.post("/desk/deliver", FORM).status_code == 200
    assert (count(visitor, Delivery), count(visitor, DeliveryLine)) == (1, 1)
    with visitor.tools.database.read() as session:
        assert len(session.scalars(select(LogEntry).where(LogEntry.action == "print")).all()) == 2


def test_who_withdraws_while_it_is_printed_is_not_handed_over(
    visitor: Visitor, vera: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = visitor.sign_and_confirm()
    vera.decide(1)
    signatory = visitor.elsewhere()

    def build(document: Document) -> bytes:
        assert signatory.client.post(f"{path}/withdraw").status_code == 303
        return typeset(document)

    monkeypatch.setattr(printing, "PRINTER", Printer(build))
    answer = vera.post("/desk/deliver", FORM)
    assert answer.status_code == 422
    assert "print it again" in answer.text
    assert count(visitor, Delivery) == 0


def test_a_receipt_tells_who_withdrew_since_the_bundle_and_counts_once(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    run = visitor.app.test_cli_runner()
    for number in (1, 2):
        sign_and_count(visitor, vera, number, f"Invented {number}", ("FR",), country="CH")
    path = visitor.sign_and_confirm({**ACTIVIST, "email": "p3@example.org", "name": "Invented 3"})
    bundle, pdf = str(tmp_path / "a.bundle"), str(tmp_path / "a.pdf")
    by_two(vera, "deliver", "bundle", "appeal", "-o", bundle)
    run.invoke(args=["deliver", "annex", bundle, "--country", "FR", "-o", pdf])
    receipt = tmp_path / "a.receipt.json"
    lines = json.loads(receipt.read_text())["lines"]
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {"lines": [*lines, [3, "CH, activists, 3"]]}))
    visitor.client.post(f"{path}/withdraw")
    for _ in range(2):
        told = run.invoke(args=["deliver", "record", str(receipt)])
        assert told.exit_code == 0, told.output
        assert "not to be handed over: CH, activists, 3" in told.output
        assert "activists, 1" not in told.output
    assert (count(visitor, Delivery), count(visitor, DeliveryLine)) == (1, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"letter": "nothing"},
        {"country": "ZZ"},
        {"language": "xx"},
        {"pdf_sha256": "00"},
        {"lines": [[1]]},
        {"format": "x"},
    ],
)
def test_a_receipt_that_says_nothing_is_refused(site: Flask, tmp_path: Path, change: dict[str, object]) -> None:
    receipt = {
        "format": "undersigned receipt 1",
        "letter": "appeal",
        "country": "FR",
        "language": "en",
        "reference": "APPEAL",
        "annex": True,
        "printed_on": "2026-05-04",
        "pdf_sha256": "00" * 32,
        "lines": [],
    }
    run = site.test_cli_runner()
    path = tmp_path / "a.json"
    path.write_text(json.dumps(receipt))
    assert run.invoke(args=["deliver", "record", str(path)]).exit_code == 0
    path.write_text(json.dumps(receipt | change))
    assert run.invoke(args=["deliver", "record", str(path)]).exit_code == 1


def test_somebody_who_never_signed_is_on_no_line(visitor: Visitor, vera: Officer, tmp_path: Path) -> None:
    sign(visitor, 1, "Invented")
    told = Receipt("appeal", "FR", "en", "R", True, visitor.tools.clock().date(), bytes(32), ((99, "x, 1"),))
    (tmp_path / "r.json").write_bytes(told.to_bytes())
    visitor.app.test_cli_runner().invoke(args=["deliver", "record", str(tmp_path / "r.json")])
    assert count(visitor, DeliveryLine) == 0


def test_the_desk_lists_countries_as_a_reader_looks_them_up(vera: Officer) -> None:
    bureaus = vera.get("/desk/recipients").text.partition("national central bureaus")[2]
    assert re.search("Türkiye, Turkmenistan", bureaus)
    assert re.search("Congo - Kinshasa, Côte d’Ivoire, Djibouti", bureaus)
    offered = re.findall(
        r'<option value="[A-Z]{2}"[^>]*>([^<]+)</option>', unescape(vera.get("/desk/packages").text)
    )
    assert offered == [name for _code, name in countries("en") if name in offered]
    assert offered.index("Côte d’Ivoire") < offered.index("Croatia")
