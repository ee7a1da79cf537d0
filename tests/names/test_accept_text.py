"""A line about a person (office, party, constituency …) may hold digits and signs, but nothing that harms."""

import pytest

from campaign.names.rules import NameFault, NameRefused, accept_text


@pytest.mark.parametrize(
    "line",
    [
        "",
        "7th district",
        "Greens/EFA",
        "Ulmor & Co.",
        "№ 5 (East)",
        "50 %",
        "Ulmor.org",
        "立法院",
        "1",
        "“Free”",
        "€uro",
        "@exampleorg",
        "＠exampleorg",
        "+Ulmor",
        "Ulmor - Lake",
    ],
)
def test_an_ordinary_line_is_kept(line: str) -> None:
    assert accept_text(line) == line


@pytest.mark.parametrize(
    "typed", ["-", " – ", "—", "--", "- -", "−", "－", "ー", "…", ".", "_", "/", "n/a", "N/A", "N / A"]
)
def test_a_lone_dash_counts_as_empty(typed: str) -> None:
    assert accept_text(typed) == ""


@pytest.mark.parametrize("typed", ["- Ulmor", "– Ulmor", "• Ulmor", "* Ulmor"])
def test_a_bullet_before_a_line_is_removed(typed: str) -> None:
    assert accept_text(typed) == "Ulmor"


@pytest.mark.parametrize("typed", ["  ", "\u200b", "\u3164\u3000"])
def test_an_invisible_line_is_empty(typed: str) -> None:
    assert accept_text(typed) == ""


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("=1+1", NameFault.FORMULA),
        ("\tUlmor", NameFault.FORMULA),
        ("＝1+1", NameFault.FORMULA),
        ("- =1+1", NameFault.FORMULA),
        ("-5", NameFault.FORMULA),
        ("a\nb", NameFault.LINE_BREAK),
        ("a\u202eb", NameFault.BIDI_CONTROL),
        ("a\x00b", NameFault.CONTROL),
        ("https://ulmor.example", NameFault.WEB_ADDRESS),
        ("write to x@ulmor.example", NameFault.WEB_ADDRESS),
        ("Ulmor 😀", NameFault.PICTURE),
        ("Ulmor\ue000", NameFault.PRIVATE_USE),
        ("Ulmor\ud800", NameFault.SURROGATE),
    ],
    ids=ascii,
)
def test_a_harmful_line_is_refused_with_its_reason(typed: str, fault: NameFault) -> None:
    with pytest.raises(NameRefused) as refusal:
        accept_text(typed)
    assert refusal.value.reason is fault


def test_the_limit_counts_what_is_stored() -> None:
    assert accept_text(" " + "a" * 20 + " ", limit=20) == "a" * 20
    with pytest.raises(NameRefused) as refusal:
        accept_text("a" * 21, limit=20)
    assert refusal.value.reason is NameFault.TOO_LONG
