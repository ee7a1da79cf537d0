"""An officer checks a list before the import; nothing of the file is stored in between."""

import io
import re
import tempfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import BODY_LIMIT
from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory
from campaign.intake.rules import MOST_AT_DESK
from tests.cast import STAMP, Officer, Visitor
from tests.intake.lists import HEAD, ROWS, as_book, as_csv

SAID = {"letter": "appeal", "language": "en", "provenance": "on paper, Berlin, 3 May", "visibility": "withheld"}
LIST = as_csv([HEAD, *ROWS]).encode()
MARK = re.compile(r'name="previewed" value="([0-9a-f]{64})"')
COLUMN = re.compile(r'<select id="(column-\d+)".*?</select>', re.DOTALL)


def send(officer: Officer, path: str, file: bytes, **said: str) -> TestResponse:
    found = STAMP.search(officer.get("/desk/intake").text)
    assert found is not None
    return post(officer, path, file, {"form_token": found[1], **SAID, **said})


def post(visitor: Visitor, path: str, file: bytes, fields: dict[str, str]) -> TestResponse:
    """Send a file as a browser does; the test client would write a large one to disk itself."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{said}'.encode() for name, said in fields.items()
    ]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n' + file)
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return visitor.client.post(path, data=body, content_type="multipart/form-data; boundary=edge")


def chosen(page: str) -> dict[str, str]:
    """Return the fields that a browser would send from the preview's form."""
    mark = MARK.search(page)
    assert mark is not None
    columns = {}
    for found in COLUMN.finditer(page):
        selected = re.search(r'<option value="([a-z_]*)" selected', found[0])
        columns[found[1]] = selected[1] if selected else ""
    return {"previewed": mark[1], **columns}


def here(officer: Officer) -> int:
    with officer.tools.database.read() as session:
        return session.scalar(select(func.count()).select_from(Signatory)) or 0


def test_an_officer_checks_a_list_and_then_imports_it(vera: Officer) -> None:
    seen = send(vera, "/desk/intake/preview", LIST)
    assert seen.status_code == 200, seen.text
    assert "<strong>3</strong> of 3 rows would be imported" in seen.text
    assert "王小明" in seen.text
    assert here(vera) == 0
    taken = send(vera, "/desk/intake", LIST, **chosen(seen.text))
    assert taken.status_code == 200
    assert "3 signatories from <bdi>on paper, Berlin, 3 May</bdi> wait in the queue" in taken.text
    assert here(vera) == 3
    with vera.tools.database.read() as session:
        assert {
            entry.actor for entry in session.scalars(select(LogEntry).where(LogEntry.action.like("intake%")))
        } == {"Vera Lind"}
    assert "on paper, Berlin, 3 May" in vera.get("/desk/queue").text
    again = send(vera, "/desk/intake/preview", LIST)
    assert "<strong>0</strong> of 3 rows would be imported; 3 are here already" in again.text


def test_a_workbook_is_imported_in_the_same_way(vera: Officer) -> None:
    book = as_book([HEAD, *ROWS])
    send(vera, "/desk/intake", book, **chosen(send(vera, "/desk/intake/preview", book).text))
    assert here(vera) == 3


def test_a_list_that_was_changed_after_the_check_is_not_imported(vera: Officer) -> None:
    seen = chosen(send(vera, "/desk/intake/preview", LIST).text)
    others = LIST.replace(b"Verchamp", b"Verchamps")
    for file, changed in (
        (others, {}),
        (LIST, {"visibility": "public"}),
        (LIST, {"column-4": ""}),
        (LIST, {"previewed": ""}),
    ):
        answer = send(vera, "/desk/intake", file, **{**seen, **changed})
        assert answer.status_code == 422
        assert "This is not the list that you checked" in answer.text, re.findall(r'role="alert">.*', answer.text)
    assert here(vera) == 0


def test_columns_are_chosen_by_hand(vera: Officer) -> None:
    file = as_csv([("Who", "E-mail", "Name of group"), ("Ann Lee", "ann@example.org", "Lake House")]).encode()
    lost = send(vera, "/desk/intake/preview", file, kind="activist", country="DE")
    assert lost.status_code == 422
    assert "No column is called a name" in lost.text
    seen = send(
        vera,
        "/desk/intake/preview",
        file,
        kind="activist",
        country="DE",
        **{"column-0": "name", "column-1": "", "column-2": "affiliation"},
    )
    assert "Lake House" in seen.text
    assert "ann@example.org" not in seen.text
    assert send(vera, "/desk/intake/preview", file, **{"column-1": "email"}).status_code == 422
    assert send(vera, "/desk/intake/preview", file, **{"column-0": "name", "column-1": "name"}).status_code == 422


def test_what_is_wrong_with_each_row_is_shown_as_text(vera: Officer) -> None:
    file = as_csv([HEAD, ("<script>1</script> Ann", "activist", "Narnia"), ("=1+1", "activist", "DE")]).encode()
    page = send(vera, "/desk/intake/preview", file).text
    assert "<td>2</td><td><bdi>Country</bdi></td><td>does not say a country</td>" in page
    assert "<td>3</td><td><bdi>Name</bdi></td><td>begins with = + - or @</td>" in page
    assert "<script>1" not in page


@pytest.mark.parametrize(
    ("file", "said", "told"),
    [
        (b"", {}, "Choose the file"),
        (LIST, {"provenance": ""}, "Say where the list comes from"),
        (LIST, {"provenance": "=1"}, "begins with"),
        (LIST, {"letter": "nothing"}, "Choose the letter"),
        (LIST, {"language": "ja"}, "no text of this letter"),
        (LIST, {"visibility": ""}, "Choose how the names may be used"),
        (
            "이름,나라\n김민수,독일\n박지영,프랑스".encode("euc-kr"),
            {},
            "Choose the one in which the names read right",
        ),
        (b"PK\x03\x04 x", {}, "This is not a workbook"),
        (b"Name\n" + b"Ann\n" * (MOST_AT_DESK + 1), {}, "more than 10,000 rows"),
    ],
)
def test_the_page_says_why_a_list_cannot_be_read(
    site: Flask, tmp_path: Path, file: bytes, said: dict[str, str], told: str
) -> None:
    vera = Officer(site, tmp_path / "mail").join()
    answer = send(vera, "/desk/intake/preview", file, **said)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_large_file_is_read_in_memory_and_only_from_staff(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera = Officer(site, tmp_path / "mail").join()
    large = as_csv(
        [HEAD, *(("Ann Lee", "activist", "DE", "", "x" * 150, "public") for _ in range(9_000))]
    ).encode()
    assert len(large) > 20 * BODY_LIMIT
    for opened in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, opened, lambda *_, **__: pytest.fail("a file was opened"))
    assert send(vera, "/desk/intake/preview", large).status_code == 200
    assert (
        post(vera.elsewhere(), "/desk/intake/preview", large, {}).headers["Location"].startswith("/desk/sign-in")
    )
    assert vera.client.post("/desk/sign-in", data={"email": "x" * BODY_LIMIT * 2}).status_code == 413
    assert post(vera, "/desk/intake/preview", b"x" * (21 << 20), {}).status_code == 413
    wide = [name for name, view in site.view_functions.items() if hasattr(view, "takes")]
    assert {"intake.import_list", "intake.preview", "desk_identity.change"} <= set(wide)
    audiences = {getattr(site.view_functions[name], "audience", "") for name in wide}
    assert all(isinstance(roles, tuple) and {"owner", "staff"} & {*roles} for roles in audiences), audiences


def test_hostile_text_beside_the_file_is_refused(site: Flask, tmp_path: Path) -> None:
    vera = Officer(site, tmp_path / "mail").join()
    assert send(vera, "/desk/intake/preview", LIST, provenance="nul\0").status_code == 400
    assert (
        vera.client.post("/desk/intake", data={"letter": ["a", "b"], "file": (io.BytesIO(LIST), "x")}).status_code
        == 400
    )
    assert post(vera, "/desk/intake", LIST, SAID).status_code == 422, "no stamp"
    assert here(vera) == 0


@pytest.mark.parametrize("role", ["viewer", "deliverer"])
def test_an_officer_who_may_not_verify_may_not_import_lists(site: Flask, tmp_path: Path, role: str) -> None:
    paul = Officer(site, tmp_path / "mail").join("paul@campaign.test", role)
    assert paul.get("/desk/intake").status_code == 403
    assert paul.client.post("/desk/intake", data={}).status_code == 403
    assert paul.client.post("/desk/intake/1/undo", data={}).status_code == 403
    assert "Lists" not in paul.get("/desk/queue").text


def test_an_import_is_undone_at_the_desk(vera: Officer) -> None:
    send(vera, "/desk/intake", LIST, **chosen(send(vera, "/desk/intake/preview", LIST).text))
    vera.decide(1, "held", reason="look-again")
    back = vera.post("/desk/intake/1/undo", {}, "/desk/intake")
    assert back.status_code == 303
    assert "2 signatories erased; 1 stay" in vera.get(back.headers["Location"]).text
    assert here(vera) == 1
    assert vera.post("/desk/intake/7/undo", {}, "/desk/intake").status_code == 404
    assert vera.client.post("/desk/intake/1/undo", data={}).status_code == 400
