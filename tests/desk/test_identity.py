"""The campaign's identity: an owner writes it at the desk, and every page shows it."""

import re
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app import ROOT
from campaign.desk.identity import Profile, Texts, change_identity
from campaign.desk.rules import DARK, LIGHT, READABLE, contrast, least_contrast, nearest_readable
from campaign.signin.factors import qr_code
from campaign.web.staff import ChangedMeanwhile
from campaign.world.languages import LANGUAGES, direction
from tests.cast import STAMP, Officer, Visitor
from tests.conftest import Clock
from tests.desk.pictures import drawing, picture, zipped

PAGE = "/desk/identity"
OURS = {
    "name": "Lake House Appeal",
    "line": "For those who cannot ask",
    "contact": "hello@lake.example.org",
    "reply_to": "replies@lake.example.org",
    "accent": "#8a1c3b",
    "credit": "yes",
    "imprint": "Lake House, 4 Quay Lane. **Registered** in Bern.",
}


def save(owner: Officer, path: str = PAGE, **changes: Any) -> TestResponse:
    """Fill in the page as it lies open, and send it."""
    return send(owner, owner.get(path).text, path, **changes)


def send(owner: Officer, page: str, path: str = PAGE, **changes: Any) -> TestResponse:
    stamp = STAMP.search(page, page.find(f'action="{path}"'))
    version = re.search(r'name="version" value="(\d+)"', page)
    assert stamp is not None
    assert version is not None
    logo = changes.pop("logo", None)
    form = {**(OURS if path == PAGE else {}), "form_token": stamp[1], "version": version[1], **changes}
    if logo is not None:
        form["logo"] = FileStorage(BytesIO(logo), "logo.bin")
    boundary, body = encode_multipart(form)
    return owner.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def fault(page: str, name: str) -> str:
    found = re.search(rf'<p class="fault" id="{name}-fault">(.*?)</p>', page)
    return found[1] if found else ""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_says_who_runs_the_site(ines: Officer, language: str) -> None:
    assert save(ines, logo=drawing()).status_code == 303
    page = ines.get(f"/{language}/appeal").text
    assert f'<html lang="{language}" dir="{direction(language)}">' in page
    head, foot = page.partition("</header>")[0], page.partition('<footer class="foot">')[2]
    assert "· Lake House Appeal</title>" in page
    assert "Lake House Appeal" in head.partition('class="brand"')[2]
    assert "For those who cannot ask" in head
    assert "mailto:hello@lake.example.org" in foot
    assert f'href="/{language}/imprint"' in foot
    assert f'href="/{language}/privacy"' in foot
    assert "replies@" not in page
    assert "Undersigned" not in page.replace(re.findall(r"<p>(?:This site|يعمل).*?</p>", page)[0], "")
    assert "Lake House Appeal · desk" in ines.get("/desk/").text


def test_the_credit_can_be_switched_off(ines: Officer) -> None:
    assert save(ines, credit="").status_code == 303
    assert "Undersigned" not in ines.get("/en/appeal").text


def test_without_an_identity_a_page_is_the_softwares_own(somebody: Visitor) -> None:
    page = somebody.get("/en/appeal").text
    assert '<a class="brand" href="/en/">Undersigned</a>' in page
    assert "mailto:" not in page
    assert "runs on" not in page
    assert somebody.get("/en/imprint").status_code == 404


def test_logo_and_colours_come_from_this_site_and_run_no_script(ines: Officer) -> None:
    save(ines, logo=drawing('<rect width="9" height="9" onload="alert(1)"/>'))
    page = ines.get("/en/").text
    icon, sheet = re.findall(r'<link rel="(?:icon|stylesheet)" href="(/identity/[^"]+)"', page)
    assert f'<img class="logo" src="{icon}" alt="">' in page
    drawn, coloured = ines.get(icon), ines.get(sheet)
    assert b"onload" not in drawn.data
    assert drawn.content_type == "image/svg+xml"
    assert drawn.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "immutable" in drawn.headers["Cache-Control"]
    assert coloured.text.startswith(":root{--deep:#8a1c3b}@media(prefers-color-scheme:dark){:root{--deep:#")
    assert ines.get("/identity/0.svg").status_code == 404
    assert ines.get("/identity/0.css").status_code == 404


def test_imprint_and_privacy_notice_stand_in_the_readers_language(ines: Officer) -> None:
    save(ines)
    assert save(ines, f"{PAGE}/ar", name="نداء بيت البحيرة", imprint="بيت البحيرة، **برن**").status_code == 303
    assert "<strong>برن</strong>" in ines.get("/ar/imprint").text
    german = ines.get("/de/imprint").text
    assert '<div class="words" lang="en" dir="ltr">' in german
    assert "<strong>Registered</strong>" in german
    notice = ines.get("/ar/privacy").text
    assert "نداء بيت البحيرة" in notice
    assert "{" not in notice
    assert "90" in notice


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_privacy_notice_is_there_in_every_language(somebody: Visitor, language: str) -> None:
    page = somebody.get(f"/{language}/privacy")
    assert page.status_code == 200
    assert "{" not in page.text.partition("<main")[2]
    assert page.text.count("<li>") >= 7


def test_an_owner_writes_a_privacy_notice_of_their_own_and_its_times_stay_true(ines: Officer) -> None:
    own = "We are {name}; write to {contact}.\n\n{kept}\n\nOur mail server is in Bern."
    assert save(ines, privacy=own).status_code == 303
    page = ines.get("/en/privacy").text
    assert "We are Lake House Appeal; write to hello@lake.example.org." in page
    assert "<li>A public name: 24 months; then it becomes a number.</li>" in page
    assert "Our mail server is in Bern." in page
    assert "Bern" not in ines.get("/de/privacy").text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "", "Say what the campaign is called."),
        ("name", "a\u202eb", "cannot be shown"),
        ("name", "n" * 200, "too long"),
        ("line", "l" * 1_000_000, ""),
        ("contact", "", "at which address"),
        ("contact", "hello", "not an e-mail address"),
        ("reply_to", "a@b@c", "not an e-mail address"),
        ("imprint", "x" * 1_000_000, "too long: it has 1,000,000 characters"),
        ("imprint", "Ours <script>alert(1)</script>", "Markdown, not HTML: “&lt;script&gt;”"),
        ("privacy", "We keep nothing.", "Leave {kept} in it"),
        ("privacy", "{kept} {secret}", "{secret} means nothing here"),
        ("accent", "red", "six digits"),
        ("accent", "#ffd700", "hard to read on a light page: its contrast there is 1.2, and 4.5 is needed. The nearest that works is #"),
        ("accent_dark", "#173f5f", "hard to read on a dark page"),
    ],
)  # fmt: skip
def test_a_refused_field_says_why_and_everything_typed_is_kept(
    ines: Officer, field: str, typed: str, told: str
) -> None:
    page = save(ines, **{"line": "kept as it was typed", field: typed})
    assert page.status_code == 422
    assert told in fault(page.text, field)
    assert fault(page.text, field)
    assert 'value="hello@lake.example.org"' in page.text or field == "contact"
    assert "kept as it was typed" in page.text or field == "line"
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in page.text
    assert "Undersigned" in ines.get("/en/").text, "nothing was saved"


@pytest.mark.parametrize("logo", [zipped(), b"a" * 1_000_000, picture() + zipped(), drawing("<script/>")])
def test_a_refused_logo_says_why_beside_its_field(ines: Officer, logo: bytes) -> None:
    page = save(ines, logo=logo)
    assert page.status_code == 422
    assert fault(page.text, "logo")
    assert 'value="Lake House Appeal"' in page.text


def test_a_chosen_logo_is_kept_while_another_field_is_corrected(ines: Officer) -> None:
    page = save(ines, logo=picture(), contact="hello")
    assert page.status_code == 422
    kept = re.search(r'name="kept" value="([^"]+)"', page.text)
    assert kept is not None
    assert b64decode(kept[1]).startswith(b"\x89PNG")
    assert send(ines, page.text, kept=kept[1]).status_code == 303
    assert ".png" in ines.get("/en/").text
    assert save(ines, no_logo="yes").status_code == 303
    assert ".png" not in ines.get("/en/").text


def test_the_second_of_two_owners_is_told_and_overwrites_nothing(vera: Officer) -> None:
    opened = vera.get(PAGE).text
    assert save(vera, line="The first to save").status_code == 303
    late = send(vera, opened, line="The second", imprint="Typed for an hour")
    assert late.status_code == 409
    assert "Another owner changed this while you were writing" in late.text
    assert "Typed for an hour" in late.text
    assert "The first to save" in vera.get("/en/").text
    assert send(vera, late.text, line="The second").status_code == 303
    assert "The second" in vera.get("/en/").text


@pytest.mark.parametrize("minutes", [0, 6])
def test_a_page_that_is_shown_again_overwrites_no_other_owner(ines: Officer, clock: Clock, minutes: int) -> None:
    opened = ines.get(PAGE).text
    assert save(ines, line="The first to save").status_code == 303
    clock.move(minutes=minutes)
    again = send(ines, opened, contact="hello")
    assert again.status_code == (428 if minutes else 422)
    ines.confirm_oneself()
    assert send(ines, again.text, line="The second").status_code == 409
    assert "The first to save" in ines.get("/en/").text


def test_an_owner_who_must_confirm_again_keeps_what_they_typed(ines: Officer, clock: Clock) -> None:
    page = ines.get(PAGE).text
    clock.move(minutes=6)
    asked = send(ines, page, imprint="Typed for an hour", logo=picture())
    assert asked.status_code == 428
    assert "Typed for an hour" in asked.text
    assert ines.confirm_oneself().status_code == 303
    kept = re.search(r'name="kept" value="([^"]+)"', asked.text)
    assert kept is not None
    assert send(ines, asked.text, imprint="Typed for an hour", kept=kept[1]).status_code == 303
    assert "Typed for an hour" in ines.get("/en/imprint").text
    assert ".png" in ines.get("/en/").text


def test_the_log_says_what_was_changed_and_no_address(ines: Officer) -> None:
    save(ines, logo=drawing())
    page = ines.get("/desk/log").text
    assert (
        "changed the campaign’s identity: contact, reply to, accent, logo, name (en), line (en), imprint (en)"
        in page
    )
    assert "lake.example" not in page.partition("<main")[2]


def test_the_database_takes_no_second_row_and_no_version_twice(vera: Officer, clock: Clock) -> None:
    said = Profile(contact="a@example.org", texts={"en": Texts(name="One")})
    with vera.tools.database.write() as session:
        change_identity(session, said, None, now=clock())
    with vera.tools.database.write() as session, pytest.raises(ChangedMeanwhile):
        change_identity(session, said, None, now=clock())
    for change in (
        "identity SET id = 2",
        "identity SET logo = '1'",
        "identity SET accent = 'red'",
        "identity_text SET name = ''",
    ):
        with pytest.raises(IntegrityError), vera.tools.database.engine.begin() as connection:
            connection.execute(text(f"UPDATE {change}"))


def test_an_authenticator_gets_the_campaigns_name(ines: Officer) -> None:
    for name in ("Undersigned", "Lake House Appeal"):
        page = ines.get("/desk/me/authenticator").text
        secret = re.search(r'<code class="hash">([A-Z2-7]+)</code>', page)
        assert secret is not None
        assert str(qr_code(secret[1], ines.email, name)) in page
        save(ines)


def test_the_colours_of_the_pages_are_those_that_contrast_is_measured_on() -> None:
    sheet = (ROOT / "static" / "site.css").read_text(encoding="utf-8")
    light, dark = re.findall(r"--paper: (#\w+); --sheet: (#\w+);[^}]*--wash: (#\w+);", sheet)
    assert tuple(one if len(one) == 7 else "#" + "".join(c * 2 for c in one[1:]) for one in light) == LIGHT
    assert dark == DARK


def test_contrast_is_that_of_wcag_and_the_nearest_colour_is_readable() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    for colour in ("#ffd700", "#ff0000", "#00ff00", "#ffffff", "#000000", "#173f5f"):
        for grounds in (LIGHT, DARK):
            assert least_contrast(nearest_readable(colour, grounds), grounds) >= READABLE
    assert nearest_readable("#173f5f", LIGHT) != "#000000"


def test_another_process_shows_it_within_a_few_seconds(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    here, there = (make_app(sqlite_url, page_seconds=5) for _ in range(2))
    owner, reader = Officer(here, tmp_path / "mail").join(), Visitor(there, tmp_path / "mail")
    assert "· Undersigned</title>" in reader.get("/en/").text
    assert save(owner).status_code == 303
    assert "· Lake House Appeal</title>" in owner.get("/en/").text, "at once where it was changed"
    assert "· Undersigned</title>" in reader.get("/en/").text
    clock.move(seconds=6)
    assert "· Lake House Appeal</title>" in reader.get("/en/").text
