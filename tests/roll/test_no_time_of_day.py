"""No public byte tells the time of an event, only its day: an observer of the network could match it with traffic."""

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask

from tests.cast import Officer
from tests.conftest import Clock
from tests.deliver.ways import walk
from tests.roll.conftest import Crowd, pdf_text
from tests.roll.reading import workbook_xml
from tests.withdraw.ground import deliver

VALUES = {
    "language": ["en", "ar"],
    "slug": ["appeal"],
    "country": ["FR", "CH"],
    "update": ["2026-05-01"],
    "reference": ["APPEAL-FR-1"],
    "sheet": ["world", "europe"],
    "mark": ["0"],  # no identity is set here: its files are not there
    "kind": ["svg"],
}
OURS = {"static"}  # files we ship
PRIVATE = {"token", "secret", "link"}  # pages that only the holder of a mailed link can open
TIME = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?!\d)|T\d{2}:?\d{2}|\b\d{1,2} ?[ap]\.?m\b", re.IGNORECASE)
MIDNIGHT = re.compile(r"T00:00:00(Z|\+00:00)?")


@pytest.fixture
def odd_hours(crowd: Crowd, clock: Clock) -> tuple[Crowd, set[str]]:
    """Let everyone sign and be decided at an odd moment; return those moments too, in seconds."""
    clock.now = clock.now.replace(hour=13, minute=37, second=42, microsecond=123456)
    moments = {clock.now.timestamp()}
    sign = crowd.sign

    def at_odd_times(*values: object, **more: object) -> int:
        clock.move(minutes=7, seconds=13)
        moments.add(clock.now.timestamp())
        return sign(*values, **more)  # type: ignore[arg-type]  # whatever the crowd says

    crowd.sign = at_odd_times  # type: ignore[method-assign]  # a clock that never stands still
    return crowd.gather(), {str(int(moment)) for moment in moments}


def public_paths(site: Flask) -> list[str]:
    """Return the address of every public page."""
    paths = []
    for rule in site.url_map.iter_rules():
        public = getattr(site.view_functions[rule.endpoint], "audience", None) == "anyone"
        if (
            not public
            or "GET" not in (rule.methods or ())
            or rule.endpoint in OURS
            or rule.rule.startswith("/desk")
        ):
            continue
        if PRIVATE & rule.arguments:
            continue
        unknown = rule.arguments - VALUES.keys()
        assert not unknown, (
            f"{rule.rule}: say in VALUES what to fill in, or in PRIVATE that a mailed link opens it"
        )
        filled = [rule.rule]
        for argument in rule.arguments:
            place = re.compile(rf"<(?:[^<>]*:)?{argument}>")
            filled = [place.sub(value, path) for path in filled for value in VALUES[argument]]
        paths += filled
    return paths


def times_in(text: str) -> list[str]:
    return TIME.findall(MIDNIGHT.sub("", text))


def test_no_public_byte_tells_the_hour(odd_hours: tuple[Crowd, set[str]], tmp_path: Path) -> None:
    crowd, moments = odd_hours
    paul = Officer(crowd.visitor.app, crowd.visitor.mailbox).join("paul@campaign.test", "deliverer")
    deliver(crowd.visitor)
    crowd.vera.sign_in()
    walk(crowd.vera, paul)
    assert "Nous lirons." in crowd.visitor.get("/ar/appeal/deliveries").text
    outputs, answered = {}, 0
    for path in public_paths(crowd.visitor.app):
        answer = crowd.visitor.get(path)
        answered += answer.status_code == 200
        outputs[path] = f"{answer.headers}\n{answer.text}"
    for kind in ("csv", "json"):
        outputs[kind] = crowd.export(tmp_path / f"r.{kind}", "--format", kind).read_text(encoding="utf-8")
    book = crowd.export(tmp_path / "r.xlsx", "--format", "xlsx")
    outputs |= {f"xlsx {name}": without_links(xml) for name, xml in workbook_xml(book).items()}
    printed = crowd.print_pdf(tmp_path / "r.pdf")
    with pikepdf.open(BytesIO(printed.read_bytes())) as pdf:
        outputs["pdf metadata"] = without_links(bytes(pdf.Root.Metadata.read_bytes()).decode())
        dates = {key: str(value) for key, value in pdf.docinfo.items() if "Date" in key}
    outputs["pdf"] = pdf_text(printed)
    outputs["show"] = crowd.visitor.app.test_cli_runner().invoke(args=["roll", "show", "appeal"]).output
    assert answered >= 14
    assert {
        key: value for key, value in dates.items() if not re.fullmatch(r"D:\d{8}000000(Z|\+00'00'?)", value)
    } == {}
    for output, text in outputs.items():
        assert times_in(text) == [], output
        assert not any(moment in text for moment in moments), output


def without_links(xml: str) -> str:
    """Leave out the names of XML's own vocabularies, which hold years and colons."""
    return re.sub(r'"https?://[^"]*"', "", xml)
