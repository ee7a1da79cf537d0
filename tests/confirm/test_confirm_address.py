"""The mailed link turns an intent into a signature, once, for the visitor who reads the mailbox."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.confirm.models import Signatory, Signature
from tests.cast import ACTIVIST, Visitor, read_link
from tests.conftest import SECRET, Clock


def signed(visitor: Visitor) -> int:
    with visitor.tools.database.read() as session:
        return session.scalar(select(func.count()).select_from(Signature)) or 0


def test_following_the_link_confirms_nothing(visitor: Visitor) -> None:
    visitor.sign()
    link, _code = visitor.link_and_code()
    for method in ("get", "head", "options"):
        assert getattr(visitor.client, method)(link).status_code == 200
    assert signed(visitor) == 0


def test_the_link_shows_exactly_what_will_be_signed(visitor: Visitor) -> None:
    visitor.sign(ACTIVIST)
    link, _code = visitor.link_and_code()
    page = visitor.get(link).text
    for said in (
        ACTIVIST["name"],
        "Sonam Yangchen",
        "Switzerland",
        "Lake House",
        "Tibetan",
        "withheld",
        "An appeal",
    ):
        assert str(said) in page


def test_pressing_the_button_in_the_same_browser_confirms_once(visitor: Visitor) -> None:
    visitor.sign()
    link, _code = visitor.link_and_code()
    first, second = visitor.confirm(link), visitor.confirm(link)
    assert first.status_code == second.status_code == 303
    assert urlsplit(first.headers["Location"]).path == urlsplit(second.headers["Location"]).path
    assert signed(visitor) == 1
    assert "Already confirmed" in visitor.get(link).text


def test_a_scanner_that_submits_the_form_confirms_nothing_and_uses_no_try(visitor: Visitor) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    scanner = visitor.elsewhere()
    for typed in ("", "on", "1", "test@example.org", "12345"):
        assert scanner.confirm(link, typed).status_code == 422
    assert signed(visitor) == 0
    assert scanner.confirm(link, code).status_code == 303


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda code: f"{code[:3]} {code[3:]}",
        lambda code: code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ],
)
def test_another_device_asks_for_the_code_and_accepts_it(visitor: Visitor, write: Callable[[str], str]) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    phone = visitor.elsewhere()
    assert 'name="code"' in phone.get(link).text
    assert phone.confirm(link, write(code)).status_code == 303
    assert signed(visitor) == 1


def test_after_five_wrong_codes_only_the_browser_that_signed_can_confirm(visitor: Visitor) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    thief = visitor.elsewhere()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [thief.confirm(link, wrong).status_code for _ in range(5)] == [422] * 5
    assert thief.confirm(link, code).status_code == 422
    assert "no longer work" in thief.get(link).text
    assert visitor.confirm(link).status_code == 303


def test_one_address_signs_a_letter_once_and_the_newest_entry_stands(visitor: Visitor) -> None:
    first = visitor.sign_and_confirm(name="Odile Vercamp")
    second = visitor.sign_and_confirm(name="Odile Verchamp", email="ODILE@example.org")
    assert signed(visitor) == 1
    with visitor.tools.database.read() as session:
        rows = session.execute(select(Signatory.name, Signatory.stands).order_by(Signatory.id)).all()
    assert rows == [("Odile Vercamp", False), ("Odile Verchamp", True)]
    assert "Odile Verchamp" in visitor.get(first).text
    assert "Odile Verchamp" in visitor.get(second).text


@pytest.mark.parametrize("many", [8])
def test_one_link_pressed_many_times_at_once_makes_one_signature(visitor: Visitor, many: int) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    with ThreadPoolExecutor(many) as pool:
        answers = list(pool.map(lambda _n: visitor.elsewhere().confirm(link, code).status_code, range(many)))
    assert answers == [303] * many
    assert signed(visitor) == 1


def test_many_links_of_one_address_confirmed_at_once_make_one_signature(visitor: Visitor) -> None:
    for _ in range(3):
        visitor.sign()
    pairs = [read_link(mail) for mail in visitor.deliver_mail()]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda pair: visitor.elsewhere().confirm(*pair).status_code, pairs))
    assert answers == [303] * 3
    assert signed(visitor) == 1
    with visitor.tools.database.read() as session:
        assert session.scalar(select(func.count()).where(Signatory.stands)) == 1


def test_an_altered_or_foreign_token_is_no_page(visitor: Visitor) -> None:
    private = visitor.sign_and_confirm()
    visitor.sign(email="b@example.org")
    link, _code = visitor.link_and_code()
    token = link.rpartition("/")[2]
    last = "A" if token[-1] != "A" else "B"
    variants = [
        token[:-1] + last,
        token[:-1],
        token + "=",
        token[1:],
        token.replace(".", ""),
        "x",
        private.rpartition("/")[2],
    ]
    for altered in variants:
        assert visitor.get(f"/confirm/{altered}").status_code == 404, altered
        assert visitor.client.post(f"/confirm/{altered}").status_code == 404, altered
    assert visitor.get(f"/signature/{token}").status_code == 404


def test_an_expired_link_offers_a_new_mail(visitor: Visitor, clock: Clock) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    clock.move(hours=72, seconds=1)
    assert visitor.get(link).status_code == 410
    answer = visitor.confirm(link, code)
    assert answer.status_code == 410
    assert "get a new mail" in answer.text
    assert signed(visitor) == 0


def test_yesterdays_links_survive_a_new_secret_key(visitor: Visitor, make_app: Callable[..., Flask]) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    url = visitor.tools.database.engine.url.render_as_string(hide_password=False)
    rotated = Visitor(make_app(url, secret_keys=("n" * 40, SECRET)), visitor.mailbox)
    assert rotated.confirm(link, code).status_code == 303
    forgotten = Visitor(make_app(url, secret_keys=("n" * 40,)), visitor.mailbox)
    assert forgotten.get(link).status_code == 404


def test_a_form_sent_on_the_last_day_is_confirmed_on_the_day_after(visitor: Visitor, clock: Clock) -> None:
    clock.now = clock.now.replace(month=12, day=31, hour=12)
    visitor.sign()
    link, _code = visitor.link_and_code()
    clock.move(hours=24)
    assert visitor.confirm(link).status_code == 303
    assert signed(visitor) == 1


def test_withheld_names_are_sealed_and_the_owner_still_sees_theirs(visitor: Visitor) -> None:
    page = visitor.sign_and_confirm(ACTIVIST)
    with visitor.tools.database.read() as session:
        row = session.scalars(select(Signatory)).one()
    assert row.name is None
    assert row.latin_name is None
    assert row.said is None
    assert row.sort_key == b""
    assert str(ACTIVIST["name"]) in visitor.elsewhere().get(page).text


def test_pressing_again_after_the_letter_closed_still_opens_the_private_page(
    visitor: Visitor, clock: Clock
) -> None:
    clock.now = clock.now.replace(month=12, day=31, hour=12)
    visitor.sign()
    link, code = visitor.link_and_code()
    first = visitor.confirm(link)
    clock.move(hours=24)
    again = visitor.confirm(link)
    assert again.status_code == 303
    opaque = [answer.headers["Location"].split("/")[2].split(".")[0] for answer in (first, again)]
    assert opaque[0] == opaque[1], "the same private page; only the link's day differs"
    assert visitor.get(again.headers["Location"]).status_code == 200
    assert visitor.elsewhere().confirm(link, code).status_code == 303
    assert visitor.elsewhere().confirm(link).status_code == 422, "without a proof the page tells nothing"
