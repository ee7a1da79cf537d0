"""An address as keyboards and clipboards bring it is the one that was meant; what could be two is none."""

import pytest
from sqlalchemy import func, select

from campaign.confirm.models import Signature
from campaign.mail.address import AddressRefused, accept_address
from tests.cast import Visitor

UNSEEN = list("\u200b\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u2060\u2066\u2069\u00ad\u200c\u200d\u061c\ufe0f")
BLANKS = ["\u00a0", "\u3000", "\u202f", "\t", " "]


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
@pytest.mark.parametrize(
    "pattern", ["{0}anna@example.org", "anna@example.org{0}", "{0}an{0}na{0}@{0}exam{0}ple{0}.org{0}"]
)
def test_invisible_characters_are_no_part_of_an_address(pattern: str, sign: str) -> None:
    assert accept_address(pattern.format(sign)).written == "anna@example.org"


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
@pytest.mark.parametrize("pattern", ["{0}anna@example.org{0}", "anna{0}@{0}example.org"])
def test_a_blank_around_an_address_is_no_part_of_it(pattern: str, blank: str) -> None:
    assert accept_address(pattern.format(blank)).written == "anna@example.org"


@pytest.mark.parametrize(
    "typed",
    [
        "ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "anna＠example.org", "anna@example．org", "anna@example。org", "anna@ｅｘａｍｐｌｅ｡org", "ａｎｎａ@example.org",
        "mailto:anna@example.org", "MAILTO:anna@example.org?subject=x&body=y", "<anna@example.org>", "<mailto:anna@example.org>",
        "Anna Example <anna@example.org>", '"Example, Anna" <anna@example.org>', "アンナ ＜anna@example.org＞", "anna@example.org <anna@example.org>",
        "Anna Example <anna@example.org>;", "anna@example.org.", "anna@example.org,", "anna@example.org;", "anna@example.org、",
        "anna@example.org،", ", anna@example.org ,", '"anna@example.org"', "'anna@example.org'", "“anna@example.org”", "„anna@example.org“",
        "«anna@example.org»", "‘anna@example.org’", "(anna@example.org)", "[anna@example.org],", "Anna@Example.org.",
    ],
)  # fmt: skip
def test_a_pasted_address_is_the_one_that_was_meant(typed: str) -> None:
    assert accept_address(typed).key == "anna@example.org"


def test_a_japanese_keyboards_digits_and_signs_are_the_usual_ones() -> None:
    assert accept_address("anna＿２＋x＠example.org").written == "anna_2+x@example.org"


def test_a_joiner_that_a_persian_domain_may_be_spelt_with_is_not_left_out_in_silence() -> None:
    with pytest.raises(AddressRefused):
        accept_address("anna@نامه\u200cای.example")


@pytest.mark.parametrize(
    "typed",
    [
        "ｊane@example.org", "jаne@example.org", "𝐣ane@example.org", "a@exa\u202emple.org", "Anna <a@example.org", "a@example.org <b@example.org>",
        "<a@example.org>b@example.org", "Anna <a@example.org> Ben <b@example.org>", "a@example.org, b@example.org", "<<>>", "<>", "mailto:",
        '"a b"@example.org', "a@example.org\r\nBcc: b@example.org", "Anna\nExample <a@example.org>", "a\u00a0b@example.org", "a@example.org?x",
        "=?utf-8?q?jane?=@example.org", "x" * 65 + "@example.org", "@a.example,@b.example:jane@example.org", ".a@example.org", "a.@example.org",
        "a..b@example.org", "n" * 2_000 + " <a@example.org>", '"' * 900 + "a@example.org" + '"' * 99, "\x00a@example.org",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_text_with_two_addresses_or_none_is_refused(typed: str) -> None:
    with pytest.raises(AddressRefused):
        accept_address(typed)


def test_the_longest_local_part_has_64_letters() -> None:
    assert accept_address("x" * 64 + "@example.org").local == "x" * 64


def test_signing_twice_in_two_spellings_is_one_signature_and_one_mailbox(visitor: Visitor) -> None:
    visitor.sign_and_confirm(email="\u202aanna@example.org\u202c")
    visitor.sign_and_confirm(email="Anna Example <ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ>")
    with visitor.tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Signature)) == 1
