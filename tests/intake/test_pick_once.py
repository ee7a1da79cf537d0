"""A list is picked once: it travels sealed from the look to the taking in, and is kept nowhere else."""

import html
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from campaign.intake import desk_views
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


def go_on(officer: Officer, path: str, page: str, **changes: str) -> TestResponse:
    """Press a button of a page without picking any file."""
    stamp = STAMP.search(officer.get("/desk/intake").text)
    assert stamp is not None
    fields = {"form_token": stamp[1], **SAID, "kept": kept(page), **changes}
    return officer.client.post(path, data=fields, content_type="multipart/form-data")


def test_what_was_looked_at_is_taken_in_without_picking_it_again(vera: Officer) -> None:
    seen = send(vera, "/desk/intake/preview", LIST).text
    assert 'type="file"' not in seen
    taken = go_on(vera, "/desk/intake", seen, **chosen(seen))
    assert taken.status_code == 200
    assert "3 signatories" in taken.text
    assert here(vera) == 3


def test_it_can_be_looked_at_again_and_again_read_otherwise(vera: Officer) -> None:
    seen = send(vera, "/desk/intake/preview", LIST).text
    again = go_on(vera, "/desk/intake/preview", seen, **{**chosen(seen), "provenance": "on paper, Bonn, 4 May"})
    assert "on paper, Bonn, 4 May" in again.text
    refused = go_on(vera, "/desk/intake", again.text, **{**chosen(seen), "provenance": "on paper, Bonn, 4 May"})
    assert (refused.status_code, here(vera)) == (422, 0)
    right = {**chosen(refused.text), "provenance": "on paper, Bonn, 4 May"}
    assert go_on(vera, "/desk/intake", refused.text, **right).status_code == 200


def test_a_list_that_needs_another_word_first_is_not_picked_again(vera: Officer) -> None:
    asked = send(vera, "/desk/intake/preview", LIST, provenance="")
    assert asked.status_code == 422
    assert go_on(vera, "/desk/intake/preview", asked.text).status_code == 200


def test_what_is_carried_can_be_read_by_nobody_and_used_in_no_other_session(vera: Officer, site: Flask) -> None:
    seen = send(vera, "/desk/intake/preview", LIST).text
    assert "Name" not in kept(seen)
    paul = Officer(site, vera.mailbox).join("paul@campaign.test", name="Paul Sand")
    assert "Choose the file." in go_on(paul, "/desk/intake/preview", seen).text
    assert "Choose the file." in go_on(vera, "/desk/intake/preview", seen, kept=kept(seen)[:-4] + "AAAA").text


def test_a_list_too_large_for_a_page_is_picked_again(vera: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_views, "MOST_CARRIED", len(LIST) - 1)
    seen = send(vera, "/desk/intake/preview", LIST).text
    assert KEPT.search(seen) is None
    assert 'type="file"' in seen
    assert send(vera, "/desk/intake", LIST, **chosen(seen)).status_code == 200
