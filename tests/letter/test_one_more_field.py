"""One more field is a line of the table and its name in the kind that asks for it: everything else reads them."""

import subprocess
import sys

import pytest

from app import ROOT
from campaign.letter.fields import FIELDS, KIND_FIELDS, filled_in, sentences
from tests.words import TRANSLATED, catalogue

LINE = """
from campaign.letter.fields import FIELDS, KIND_FIELDS, Field
FIELDS["postcode"] = Field("postcode", "Postcode", "postcode|zip", autocomplete="postal-code", longest=12)
KIND_FIELDS["lawmaker"] += ("postcode",)
import sys, pytest
sys.exit(pytest.main(["-q", "-n", "0", "-p", "no:cacheprovider", "tests/letter/walk_a_field.py"]))
"""


def test_one_more_field_goes_from_the_form_to_the_document() -> None:
    walked = subprocess.run([sys.executable, "-c", LINE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert walked.returncode == 0, walked.stdout


def test_every_kind_asks_for_fields_of_the_table_and_every_field_is_asked_for() -> None:
    asked = {name for names in KIND_FIELDS.values() for name in names}
    assert asked == set(FIELDS)


def test_a_list_can_call_a_field_by_its_name_and_no_heading_means_two_fields() -> None:
    headings = [heading for field in FIELDS.values() for heading in field.headings.split("|")]
    assert len(headings) == len(set(headings))
    assert all(name in field.headings.split("|") for name, field in FIELDS.items())


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_a_field_is_called_is_translated(language: str) -> None:
    known = catalogue(language)
    assert [sentence for sentence in sentences() if not known[sentence].string] == []


def test_what_was_said_stands_in_the_order_of_the_table_without_what_is_empty() -> None:
    assert list(filled_in({"party": "Rives", "fax": "1", "office": "Member", "community": ""})) == [
        "office",
        "party",
        "fax",
    ]
