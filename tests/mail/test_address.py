"""Which addresses are one, and which are none."""

import pytest

from campaign.mail.address import AddressRefused, accept_address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("o.dile+x@gmail.com", "Odile@googlemail.com"),
        ("jo@BÜCHER.example", "jo@xn--bcher-kva.example"),
        ("Jo@Example.org", "jo@example.org"),
    ],
)
def test_two_spellings_of_one_mailbox_are_one(one: str, other: str) -> None:
    assert accept_address(one).key == accept_address(other).key


def test_plus_stays_distinct_outside_gmail() -> None:
    assert accept_address("a+b@example.org").key != accept_address("a@example.org").key


@pytest.mark.parametrize(
    "typed",
    [
        "", "a", "a@", "@b.org", "a@b@c.org", '"a b"@example.org', "a(c)@example.org", "A <a@example.org",
        "a@example.org\r\nBcc: b@example.org", "ｊane@example.org", "jane@", "a@[127.0.0.1]", "a@localhost", "a b@example.org",
        "x" * 300 + "@example.org", "a@exa\u202emple.org", "jane@parliament.uk@evil.example",
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressRefused):
        accept_address(typed)
