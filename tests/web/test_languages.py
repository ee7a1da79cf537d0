"""Every sentence the public can meet is said in every language, and the mail betrays nothing in any of them."""

import re

import pytest
from babel.messages.catalog import Message

from tests.words import TRANSLATED, catalogue, wanted

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
MAIL = (
    "Please confirm your address",
    "Please open this link and press the button on the page:",
    "If the page asks for six digits, they are:",
    "The link works for 72 hours. If you did not ask for this mail, do nothing: nothing happens, and your address is erased.",
)
TELLING = {
    "en": ("letter", "sign", "campaign", "petition", "lawmaker", "activist"),
    "fr": ("lettre", "sign", "campagne", "pétition", "parlementaire", "militant"),
    "de": ("brief", "unter", "kampagne", "petition", "abgeordnet", "aktivist"),
    "es": ("carta", "firma", "campaña", "petición", "parlament", "activista"),
    "ja": ("書簡", "署名", "運動", "請願", "議員", "活動家"),
    "zh-Hant": ("公開信", "連署", "簽署", "運動", "議員", "行動者"),
    "zh-Hans": ("公开信", "签署", "联署", "运动", "议员", "行动者"),
    "ar": ("رسالة مفتوحة", "توقيع", "وقّع", "حملة", "نائب", "ناشط"),
    "ug": ("ئوچۇق خەت", "ئىمزا", "پائالىيەت", "پارلامېنت"),
}


def forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language: str) -> None:
    known = catalogue(language)
    missing = [said for said in wanted() if (found := known.get(said)) is None or not all(forms(found))]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_placeholder_survives_translation(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        original = message.id if isinstance(message.id, str) else message.id[-1]
        for form in forms(message):
            extra = set(PLACEHOLDER.findall(form)) - set(PLACEHOLDER.findall(original))
            lost = set(PLACEHOLDER.findall(original)) - set(PLACEHOLDER.findall(form)) - {"%(num)s"}
            assert not extra and not lost, (original, form)  # noqa: PT018 - one fact about one form
            assert "%" not in PLACEHOLDER.sub("", form), form


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_the_mail_names_no_cause_in_any_language(language: str) -> None:
    said = (
        MAIL
        if language == "en"
        else [str(found.string) for text in MAIL if (found := catalogue(language).get(text))]
    )
    assert len(said) == len(MAIL)
    told = [word for word in TELLING[language] for text in said if word in text.lower()]
    assert told == []
