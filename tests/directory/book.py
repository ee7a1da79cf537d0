"""What officers do in the address book, as tests do it."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.cast import STAMP, Officer

NEW, LIST = "/desk/offices/new", "/desk/offices/list"
BERLIN, PARIS = "/desk/offices/DE/foreign", "/desk/offices/FR/foreign"
PAGE = "https://www.office.example/contact"
OFFICE = {
    "name": "Amt der Seen",
    "english": "Office of Lakes",
    "language": "de",
    "channel": "post",
    "address": "Seestraße 4\n10117 Berlin",
    "mail": "post@office.example",
    "source": PAGE,
    "evidence": "seen on its page",
}


def send(officer: Officer, page: str, path: str, form: dict[str, Any], file: bytes | None = None) -> TestResponse:
    """Send a form of a page that lies open, as a browser does: with its hidden fields."""
    at = page.rfind("<form", 0, page.find(f'action="{path}"'))  # a button may lead elsewhere than its form
    stamp = STAMP.search(page, at)
    assert stamp is not None, page
    end = page.find("</form>", at)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page[at:end]))
    chosen = dict(re.findall(r'<select id="(column-\d+)"[^>]*>.*?<option value="([^"]*)" selected', page[at:end]))
    values = {**hidden, **chosen, **form, "form_token": stamp[1]}
    if file is not None:
        values["file"] = FileStorage(BytesIO(file), "list.csv")
    boundary, body = encode_multipart(values)
    return officer.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def save(officer: Officer, path: str = BERLIN, **changes: Any) -> TestResponse:
    """Fill in an office's page as it lies open, and send it."""
    return send(officer, officer.get(path).text, path, {**OFFICE, **changes})


def answers(officer: Officer) -> Iterator[tuple[str, TestResponse, int]]:
    """Return pages that answer a form, with their status: faults, a checked list, a second officer."""
    opened = officer.get(BERLIN).text
    yield "an office, malformed", save(officer, name="", mail="no", source="no", address="+"), 422
    assert save(officer, confirmed_on="yes").status_code == 303
    yield "an office, changed meanwhile", send(officer, opened, BERLIN, OFFICE), 409
    assert send(officer, officer.get(PARIS).text, f"{PARIS}/drop", {}).status_code == 303
    yield "an office that was taken out", officer.get(PARIS), 200
    page, rows = officer.get(LIST).text, b"country,office,name,phone\nDE,foreign,Amt,1\nZZ,foreign,Amt,1\n"
    yield "a list of offices, checked", send(officer, page, f"{LIST}/check", {}, rows), 200
    yield "a list of offices, malformed", send(officer, page, f"{LIST}/check", {}, b"x"), 422
    wrong = {"name": "9", "words": ""}
    yield "a kind of office, malformed", officer.post("/desk/offices/kinds", wrong), 422
    new = "/desk/parliaments/new"
    yield "a domain, malformed", send(officer, officer.get(new).text, new, {"domain": "x"}), 422
    yield "a bar, malformed", officer.post("/desk/barred", {"email": "x"}), 422


def fault(page: str, name: str) -> str:
    found = re.search(rf'<p class="fault" id="{name}-fault">(.*?)</p>', page)
    return found[1] if found else ""


def logged(officer: Officer) -> str:
    """Return everything the log says."""
    with officer.tools.database.read() as session:
        rows = session.execute(text("SELECT action, subject, details FROM log_entry")).all()
    return "\n".join(" ".join(map(str, row)) for row in rows)
