"""An officer finds a signatory by part of a name in any script; withheld names are opened for it, never written down."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign.confirm.models import Signatory
from campaign.review import queue
from campaign.web.toolbox import EXTENSION
from tests.cast import Officer, Visitor
from tests.payloads import ACCEPTED, REFUSED, STRIPPED
from tests.review.listing import look_for, numbers, onward

WITHHELD: dict[str, Any] = {"visibility": "withheld", "consent": ["sign", "deliver"]}
PEOPLE = (
    {"name": "Jürgen Müller-Łoś", "country": "DE", "party": "Die Ufer"},
    {"name": "张三", "country": "TW", "latin_name": "Zhang San"},
    {"name": "བསྟན་འཛིན་སྒྲོལ་མ", "latin_name": "Tenzin Drolma", "country": "CH"},
    {"name": "Odile Verchamp", "legislature": "Assemblée nationale"},
    {"name": "Ωρίων Δρόσου", "country": "GR"},
)


def search_texts(officer: Officer) -> list[str | None]:
    with officer.tools.database.read() as session:
        return list(session.scalars(select(Signatory.search_text).order_by(Signatory.id)))


def without_keys(officer: Officer) -> None:
    officer.app.extensions[EXTENSION] = replace(officer.tools, keys=None)


def test_part_of_a_name_in_any_script_and_case_finds_it(visitor: Visitor, vera: Officer) -> None:
    for number, person in enumerate(PEOPLE):
        visitor.sign_and_confirm({"legislature": "Rat", "party": "", **person}, email=f"p{number}@example.org")
    vera.decide(4)
    for typed, wanted in (
        ("muller", [1]),
        ("MÜLL", [1]),
        ("los jurgen", [1]),
        ("ufer", [1]),
        ("张", [2]),
        ("zhang", [2]),
        ("tenzin", [3]),
        ("སྒྲོལ་མ", [3]),
        ("verchamp odile", [4]),
        ("assemblee", [4]),
        ("ΔΡΌΣΟΥ", [5]),
        ("δροσου", [5]),
        ("e", [1, 3, 4]),
        ("verchamp muller", []),
        ("%", []),
        ("_", []),
        ("Od%le", [4]),
        ("\\", []),
    ):
        page = look_for(vera, typed)
        assert numbers(page) == wanted, typed
        assert f'value="{escape(typed)}"' in page, typed
    run = vera.app.test_cli_runner().invoke(args=["verify", "list", "--state", "all", "--name", "MULLER"])
    assert [line.split("\t")[0] for line in run.output.splitlines()] == ["1"]
    run = vera.app.test_cli_runner().invoke(args=["verify", "list", "--name", "-"], input="zhang\n")
    assert "2\tlawmaker\tTW" in run.output


def test_a_withheld_name_is_opened_to_be_found_and_is_nowhere_to_be_read(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    visitor.sign_and_confirm()
    visitor.sign_and_confirm(email="k@example.org", name="Kanaria Vögelin", party="Die Ufer", **WITHHELD)
    visitor.sign_and_confirm(email="l@example.org", name="Leo Brandner", **WITHHELD)
    page = look_for(vera, "vogelin UFER")
    assert numbers(page) == [2]
    assert "2 withheld names were opened and searched" in page
    assert search_texts(vera)[1:] == [None, None]
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("campaign.db*"))
    assert (b"ogelin" in kept, b"gelin" in kept, "Vögelin".encode() in kept) == (False, False, False)


def test_where_no_key_is_the_page_says_how_many_could_not_be_searched(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(name="Kaya Vogelin")
    visitor.sign_and_confirm(email="k@example.org", name="Kanaria Vögelin", **WITHHELD)
    without_keys(vera)
    page = look_for(vera, "vogelin")
    assert numbers(page) == [1]
    assert "1 withheld name could not be searched here" in page
    run = vera.app.test_cli_runner().invoke(args=["verify", "list", "--name", "vogelin"])
    assert "1 withheld names could not be searched here" in run.output


def test_a_search_stops_at_its_limit_says_so_and_goes_on(
    somebody: Visitor, ines: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_OPENED", 2)
    for number in range(5):
        name = "Kanaria Vögelin" if number == 4 else "Leo Brandner"
        somebody.sign_and_confirm(email=f"p{number}@example.org", name=name, **WITHHELD)
    page, seen = look_for(ines, "vogelin"), 0
    while more := list(onward(page)):
        assert "None found so far" in page
        assert "2 withheld names were opened and searched for this page, as many as one page opens" in page
        page, seen = ines.get(more[0]).text, seen + 1
    assert (seen, numbers(page)) == (2, [5])
    run = ines.app.test_cli_runner().invoke(args=["verify", "list", "--name", "vogelin"])
    assert "5 withheld names were opened" in run.output
    assert "5\tlawmaker" in run.output


def test_the_address_does_not_show_what_was_searched_and_the_next_card_stays_within(
    somebody: Visitor, ines: Officer
) -> None:
    for number, name in enumerate(("Odile Verchamp", "Leo Brandner", "Bruno Verchamp")):
        somebody.sign_and_confirm(email=f"p{number}@example.org", name=name)
    typed = ines.get("/desk/queue?q=Verchamp&kind=lawmaker")
    assert typed.status_code == 303, "a URL typed by hand is replaced"
    address = typed.headers["Location"]
    assert {"verchamp"} & set(address.lower().replace("=", "&").split("&")) == set()
    assert "kind=lawmaker" in address
    page = ines.get(address).text
    assert numbers(page) == [1, 3]
    links = "".join(part.partition('"')[0].lower() for part in page.split('href="')[1:])
    assert "verchamp" not in links
    card = page.partition("<tbody>")[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    sent = ines.post(card, {"outcome": "refused", "reason": "joke"}, card).headers["Location"]
    assert sent.startswith("/desk/signatory/3?")
    assert "find=" in sent
    assert ines.get("/desk/queue?find=nonsense").status_code == 200


def test_whatever_is_typed_stays_text(somebody: Visitor, ines: Officer) -> None:
    somebody.sign_and_confirm()
    for typed in (*ACCEPTED, *STRIPPED, *REFUSED):
        if "\0" in typed:
            assert ines.post("/desk/find", {"words": typed}, "/desk/queue").status_code == 400
            continue
        assert f'value="{escape(typed.strip()[:80].strip())}"'.replace("&#x27;", "&#39;").replace(
            "&quot;", "&#34;"
        ) in look_for(ines, typed), typed


def test_a_search_of_ten_thousand_letters_is_cut(somebody: Visitor, ines: Officer) -> None:
    somebody.sign_and_confirm()
    assert f'value="{"o" * 80}"' in look_for(ines, "o" * 10_000)
    address = ines.get("/desk/queue?q=" + "張" * 10_000).headers["Location"]
    assert len(address) < 600


def test_somebody_who_is_withheld_or_gone_is_not_searched_any_more(visitor: Visitor, vera: Officer) -> None:
    own = visitor.sign_and_confirm()
    other = visitor.sign_and_confirm(email="o@example.org", name="Leo Brandner")
    assert search_texts(vera) == ["odile verchamp assemblee nationale groupe des rives", "leo brandner assemblee nationale groupe des rives"]  # fmt: skip
    changed = visitor.post(f"{own}/visibility", {"visibility": "withheld", "consent": ["sign", "deliver"]})
    assert changed.status_code == 303, changed.text
    assert visitor.post(f"{other}/withdraw", {}).status_code == 303
    assert search_texts(vera) == [None]


def test_a_correction_is_found_and_what_it_replaced_is_not(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(name="Odile Vercamp")
    visitor.sign_and_confirm(name="Odile Verchamp")
    assert numbers(look_for(vera, "vercamp")) == []
    assert numbers(look_for(vera, "verchamp")) == [2]


def test_the_database_refuses_to_keep_a_withheld_name_to_search_in(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(**WITHHELD)
    with pytest.raises(IntegrityError), vera.tools.database.write() as session:
        session.execute(update(Signatory).values(search_text="odile"))


def test_the_letter_page_knows_nothing_of_a_search(make_app: Callable[..., Flask], sqlite_url: str) -> None:
    assert make_app(sqlite_url).test_client().get("/en/appeal?find=x&q=Verchamp").status_code == 200
