"""A file is chosen once: it travels sealed in the page from the check to the import, and is stored nowhere."""

import html
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from campaign.signin import carried_views
from tests.cast import STAMP, Officer
from tests.intake.test_lists_at_the_desk import LIST, SAID, chosen, here, send

KEPT = re.compile(r'name="kept" value="([^"]+)"')


@pytest.fixture
def vera(site: Flask, tmp_path: Path) -> Officer:
    return Officer(site, tmp_path / "mail").join()


def kept(page: str) -> str:
    found = KEPT.search(page)
    assert found is not None
    return html.unescape(found[1])


def press(officer: Officer, path: str, page: str, **changes: str) -> TestResponse:
    """Press a button of a page without choosing a file."""
    stamp = STAMP.search(officer.get("/desk/intake").text)
    assert stamp is not None
    fields = {"form_token": stamp[1], **SAID, "kept": kept(page), **changes}
    return officer.client.post(path, data=fields, content_type="multipart/form-data")


def test_a_checked_list_is_imported_without_choosing_the_file_again(vera: Officer) -> None:
    seen = send(vera, "/desk/intake/preview", LIST).text
    assert 'type="file"' not in seen
    taken = press(vera, "/desk/intake", seen, **chosen(seen))
    assert taken.status_code == 200
    assert "3 signatories" in taken.text
    assert here(vera) == 3


def test_a_list_can_be_checked_again_with_other_options(vera: Officer) -> None:
    seen = send(vera, "/desk/intake/preview", LIST).text
    again = press(vera, "/desk/intake/preview", seen, **{**chosen(seen), "provenance": "on paper, Bonn, 4 May"})
    assert "on paper, Bonn, 4 May" in again.text
    refused = press(vera, "/desk/intake", again.text, **{**chosen(seen), "provenance": "on paper, Bonn, 4 May"})
    assert (refused.status_code, here(vera)) == (422, 0)
    right = {**chosen(refused.text), "provenance": "on paper, Bonn, 4 May"}
    assert press(vera, "/desk/intake", refused.text, **right).status_code == 200


def test_after_a_missing_field_the_file_is_not_chosen_again(vera: Officer) -> None:
    asked = send(vera, "/desk/intake/preview", LIST, provenance="")
    assert asked.status_code == 422
    assert press(vera, "/desk/intake/preview", asked.text).status_code == 200


def test_the_carried_file_is_sealed_for_one_session(vera: Officer, site: Flask) -> None:
    seen = send(vera, "/desk/intake/preview", LIST).text
    assert "Name" not in kept(seen)
    paul = Officer(site, vera.mailbox).join("paul@campaign.test", name="Paul Sand")
    assert "Choose the file." in press(paul, "/desk/intake/preview", seen).text
    assert "Choose the file." in press(vera, "/desk/intake/preview", seen, kept=kept(seen)[:-4] + "AAAA").text


def test_a_list_that_is_too_large_for_a_page_is_chosen_again(
    vera: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried_views, "LARGEST_FILE", len(LIST) - 1)
    seen = send(vera, "/desk/intake/preview", LIST).text
    assert KEPT.search(seen) is None
    assert 'type="file"' in seen
    assert send(vera, "/desk/intake", LIST, **chosen(seen)).status_code == 200
