"""A new field needs a line of the table and its name in a kind; everything else follows."""

import subprocess
import sys

import pytest

from app import ROOT
from campaign.letter.fields import FIELDS, filled_in, sentences
from campaign.letter.kinds import SHIPPED
from tests.words import TRANSLATED, catalogue

LINE = """
from campaign.letter.fields import FIELDS, Field
FIELDS["postcode"] = Field("postcode", "Postcode", "postcode|zip", autocomplete="postal-code", longest=12)
import sys, pytest
sys.exit(pytest.main(["-q", "-n", "0", "-p", "no:cacheprovider", "tests/letter/walk_a_field.py"]))
"""


def test_one_more_field_goes_from_the_form_to_the_document() -> None:
    walked = subprocess.run([sys.executable, "-c", LINE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert walked.returncode == 0, walked.stdout


def test_the_shipped_kinds_ask_for_fields_of_the_table() -> None:
    assert {name for kind in SHIPPED for name in kind.fields} <= set(FIELDS)


def test_each_heading_of_a_list_means_one_field_and_each_fields_name_is_a_heading() -> None:
    headings = [heading for field in FIELDS.values() for heading in field.headings.split("|")]
    assert len(headings) == len(set(headings))
    assert all(name in field.headings.split("|") for name, field in FIELDS.items())


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_sentences_of_every_field_are_translated(language: str) -> None:
    known = catalogue(language)
    assert [sentence for sentence in sentences() if not known[sentence].string] == []


def test_answers_are_kept_in_the_order_of_the_table_without_empty_ones() -> None:
    assert list(filled_in({"party": "Rives", "fax": "1", "office": "Member", "community": ""})) == [
        "office",
        "party",
        "fax",
    ]
