"""What a visitor typed is locked or sealed as one entry; entries of the earlier shape can still be read."""

import json

from campaign.letter.fields import FIELDS, in_form_order
from campaign.sign.rules import Entry

THEN = {  # the earlier shape: each field is a key of its own
    "affiliation": "",
    "community": "",
    "consents": ["sign", "deliver"],
    "constituency": "Nord",
    "country": "FR",
    "kind": "lawmaker",
    "latin_name": "",
    "legislature": "Sénat",
    "name": "Odile Verchamp",
    "office": "Membre",
    "party": "",
    "recipients": ["FR"],
    "visibility": "withheld",
}


def test_an_entry_of_the_earlier_shape_reads_like_a_new_one() -> None:
    before = Entry.from_bytes(json.dumps(THEN).encode())
    assert before.said == {"office": "Membre", "legislature": "Sénat", "constituency": "Nord"}
    assert (before.consents, before.recipients) == (("sign", "deliver"), ("FR",))
    now = before.to_bytes()
    assert Entry.from_bytes(now) == before
    assert json.loads(now)["said"] == before.said
    assert "office" not in json.loads(now)


def test_an_entry_from_before_the_form_asked_for_recipients_can_be_read() -> None:
    oldest = {name: value for name, value in THEN.items() if name != "recipients"}
    assert Entry.from_bytes(json.dumps(oldest).encode()).recipients == ()


def test_a_field_that_left_the_table_is_kept_but_not_shown() -> None:
    entry = Entry.from_bytes(json.dumps(THEN | {"fax": "12"}).encode())
    assert entry.said["fax"] == "12"
    assert "fax" not in FIELDS
    assert [field.name for field, _said in in_form_order(("legislature", "office"), entry.said)] == [
        "legislature",
        "office",
        "constituency",
    ]
