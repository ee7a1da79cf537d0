"""The fields beside a name are kept as the signatory writes them, and are no formula in a file."""

from pathlib import Path

import pytest

from campaign.roll.export import Roll, write_csv
from campaign.roll.rules import CountryTally, ListedName, Tally
from tests.cast import Visitor
from tests.roll.reading import csv_rows
from tests.roll.test_export import LETTER


@pytest.mark.parametrize("party", ["@exampleorg", "＠exampleorg", "+Ulmor", "＋Ulmor"])
def test_an_account_is_kept_and_guarded(tmp_path: Path, party: str) -> None:
    person = ListedName(
        id=1,
        kind="lawmaker",
        country="FR",
        name="Ana",
        latin_name="",
        level=3,
        sort_key=b"",
        said={"party": party},
    )
    with (tmp_path / "r.csv").open("w", encoding="utf-8", newline="") as file:
        write_csv(Roll(LETTER, Tally(countries={"FR": CountryTally({"lawmaker": 1})}), [person]), file)
    assert [row["party"] for row in csv_rows(tmp_path / "r.csv")] == [f"'{party}"]


@pytest.mark.parametrize("said", ["-", "–", "n/a", "@exampleorg", "+Ulmor"])
def test_a_dash_or_an_account_is_no_reason_to_refuse_a_signatory(visitor: Visitor, said: str) -> None:
    everything = dict.fromkeys(("office", "affiliation", "community", "constituency", "party"), said)
    assert visitor.sign({"kind": "activist", "latin_name": "-", **everything}).status_code == 303
    assert visitor.sign(everything).status_code == 303


def test_a_lawmaker_whose_parliament_is_a_dash_is_asked_for_it(visitor: Visitor) -> None:
    assert visitor.sign(legislature="-").status_code == 422
