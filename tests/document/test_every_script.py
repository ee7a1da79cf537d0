"""Names in every script, and characters that none of our fonts has: no name stops the print, and a note tells what is replaced."""

import json
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.document.pdf import FONTS, HAN, SCRIPTS, in_print, made_with, printed_otherwise, typeset
from campaign.document.wording import labels
from campaign.letter.kinds import SHIPPED
from campaign.names.coverage import COVERAGE, families, is_printable, printable, unprintable
from campaign.names.rules import NameRefused, accept_name
from campaign.names.scripts import script_of
from campaign.package.verify import judge
from campaign.web.languages import speak
from campaign.world.languages import LANGUAGES
from tests.cast import Officer, Visitor
from tests.document.test_pdf import LABELS, document, group, line, needs_poppler, text_of
from tests.package.parcels import FIRST, PUBLIC, alone, make, run

GOTHIC = "\U00010330\U00010331"  # a dead script, which no font of ours has
RARE = "\U00031350"  # an ideograph of Extension H, younger than our fonts
INVENTED = {
    "Orya": "ଓଡ଼ିଆ ଉଦାହରଣ", "Nkoo": "ߒߞߏ ߛߏߟߏߡߣߊ", "Cher": "ᏣᎳᎩ ᏩᏯ", "Tfng": "ⵜⵉⴼⵉⵏⴰⵖ ⴰⵎⴰⵣⵉⵖ", "Syrc": "ܣܘܪܝܝܐ ܝܘܚܢܢ",
    "Thaa": "ދިވެހި މުޙައްމަދު", "Cans": "ᐃᓄᒃᑎᑐᑦ ᓄᓇᕗᑦ", "Olck": "ᱥᱟᱱᱛᱟᱲᱤ ᱢᱩᱨᱢᱩ", "Mtei": "ꯃꯩꯇꯩ ꯂꯣꯟ", "Adlm": "𞤆𞤵𞤤𞤢𞤪 𞤀𞤣𞤤𞤢𞤥",
    "Vaii": "ꕙꔤ ꕞꕌ", "Yiii": "ꆈꌠ ꁱꂷ", "Lisu": "ꓡꓲ-ꓢꓴ ꓚꓬ", "Tale": "ᥖᥭᥰ ᥘᥫᥴ", "Talu": "ᦑᦟᦹᧉ ᦅᧄ", "Cham": "ꨌꩌ ꨆꨴꨭꩂ", "Sund": "ᮞᮥᮔ᮪ᮓ ᮃᮚᮥ",
    "Limb": "ᤕᤰᤌᤢᤱ ᤐᤠᤴ", "Lepc": "ᰛᰩᰵ ᰀᰪ", "Bamu": "ꚠꚡ ꚢꚣ", "Rohg": "𐴌𐴟𐴇𐴥𐴝𐴚𐴒 𐴙𐴝", "Cakm": "𑄌𑄋𑄴𑄟𑄳𑄦 𑄝𑄧𑄢𑄴", "Lana": "ᨲᩫ᩠ᩅᨾᩮᩬᩥᨦ ᨩ᩠ᨿᨦ",
    "Tavt": "ꪼꪕ ꪀꪱ", "Kali": "ꤊꤢꤛꤢꤟ ꤞꤣ", "Batk": "ᯅᯖᯂ᯲ ᯐᯬ", "Bugi": "ᨒᨚᨈᨑ ᨅᨔ", "Saur": "ꢱꣃꢬꢵꢰ꣄ ꢜ꣄ꢬ", "Sylo": "ꠍꠤꠟꠐꠤ ꠘꠣꠉꠞꠤ",
    "Copt": "Ⲙⲉⲧⲣⲉⲙ ⲭⲏⲙⲓ", "Java": "ꦗꦮ ꦏꦿꦱ꧀ꦤ", "Bali": "ᬩᬮᬶ ᬓ᭄ᬱᬢ᭄ᬭᬶᬬ", "Newa": "𑐣𑐾𑐥𑐵𑐮 𑐱𑑂𑐬𑐷", "Mong": "ᠮᠣᠩᠭᠣᠯ ᠪᠠᠲᠤ", "Beng": "বাংলা কৃষ্ণা",
    "Guru": "ਗੁਰਮੁਖੀ ਸ੍ਰੀ", "Gujr": "ગુજરાતી ક્ષમા", "Taml": "தமிழ் ஸ்ரீ", "Telu": "తెలుగు కృష్ణ", "Knda": "ಕನ್ನಡ ಕೃಷ್ಣ", "Mlym": "മലയാളം കൃഷ്ണൻ",
    "Sinh": "සිංහල ශ්\u200dරී", "Khmr": "ខ្មែរ ស្រី", "Laoo": "ລາວ ພູມິ", "Mymr": "မြန်မာ ကျော်", "Ethi": "አማርኛ ገብረ", "Wcho": "𞋒𞋀𞋉𞋃𞋕",
    "Osge": "𐓏𐓘𐓻𐓘𐓻𐓟", "Hmnp": "𞄀𞄄𞄰𞄩", "Plrd": "𖼀𖽡𖼁𖽔", "Samr": "ࠔࠅࠌࠓࠉࠌ", "Mand": "ࡌࡀࡍࡃࡀ", "Takr": "𑚔𑚭𑚊𑚤𑚯", "Dogr": "𑠖𑠵𑠌𑠤𑠮",
    "Tibt": "བཀྲ་ཤིས་ནོར་ལྷ", "Deva": "कृष्णा शर्मा", "Thai": "สมหญิง ใจดี", "Hebr": "נועה בר-שחף", "Arab": "پەرىدە تۇرسۇن", "Geor": "ნინო მთა",
    "Armn": "Անի Արև", "Hani": "𠮷野 㐂 𡃁",
}  # fmt: skip
ALSO = ("𐒈𐒝𐒑𐒛𐒐𐒘", "ꤽꥍꤺꥏ ꤰꥈ", "ᜆᜄᜎᜓ", "𖬖𖬰𖬝𖬰", "葛\U000e0100飾 辻\U000e0101", "ᠠ\u180bᠨ", "𑢹𑣗𑣁𑣜", "𑘦𑘻𑘚𑘲")


def accepted(typed: str) -> str:
    try:
        return accept_name(typed)
    except NameRefused:
        return ""


@pytest.mark.parametrize("name", [*INVENTED.values(), *ALSO])
def test_a_name_in_a_script_that_people_write_is_accepted_and_printable(name: str) -> None:
    assert accept_name(name) == name
    assert unprintable(name) == ()


def test_every_script_that_we_know_has_a_font_of_its_own() -> None:
    assert {script for script, name in INVENTED.items() if script_of(name) != script} == set()
    assert set(INVENTED) - {"Mong", "Hani"} <= set(SCRIPTS)


@needs_poppler
def test_every_script_is_printed_from_its_own_font_and_can_be_copied() -> None:
    pdf = typeset(document(group(*map(line, (*INVENTED.values(), *ALSO)))))
    found = text_of(pdf)
    lost = [name for name in INVENTED.values() if not set(name) - set(" \u200d-") <= set(found)]
    assert lost == []
    with pikepdf.open(BytesIO(pdf)) as whole:
        fonts = {str(one.get("/BaseFont")) for one in whole.objects if isinstance(one, pikepdf.Dictionary)}
    assert not any(other in font for font in fonts for other in ("Libertinus", "DejaVu", "NewCM"))


def test_typst_knows_our_families_by_the_names_we_call_them() -> None:
    known = set(typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)]).families())
    assert set(families()) - known == {HAN}


@needs_poppler
def test_a_name_that_no_font_draws_is_printed_in_latin_letters_beside_all_others() -> None:
    whole = document(
        group(line("Ana Belin"), line(GOTHIC, latin_name="Wulf Test", detail="of a house"), line("Noor Test"))
    )
    found = " ".join(text_of(typeset(whole)).split())
    assert "Wulf Test* L3 2 of a house" in found.replace("\u2060", "")
    assert LABELS["otherwise"] in found
    assert "Ana Belin" in found
    assert "Noor Test" in found
    assert [place for _number, place in printed_otherwise(whole)] == ["CH, activists, 2"]


@needs_poppler
def test_without_latin_letters_words_and_a_number_stand_in_its_place() -> None:
    pdf = typeset(document(group(line("Ana Belin"), line(f"{GOTHIC} Test"))))
    assert f"{LABELS['unprintable']}* L3 2" in " ".join(text_of(pdf).split()).replace("\u2060", "")


@needs_poppler
def test_no_note_stands_where_all_is_printed_as_it_was_signed() -> None:
    assert "*" not in text_of(typeset(document(group(line("葛\U000e0100 Test"), line("ଓଡ଼ିଆ")))))


@needs_poppler
@pytest.mark.parametrize(
    "where", ["title", "recipient", "body", "covering", "method", "checking", "detail", "community", "latin_name"]
)
def test_other_text_that_no_font_draws_is_left_out_and_the_rest_is_printed(where: str) -> None:
    said = " mid ".join(
        ("Before", GOTHIC, RARE, "\ue000", "ب\u0951", "&#x10330;", "&#xFEFF;", "\ufeff", "\x07", "after")
    )
    person = {"detail", "community", "latin_name"}
    whole = document(group(line("Ana Belin", **{where: said}))) if where in person else document(**{where: said})
    found = " ".join(text_of(typeset(whole)).split())
    shown = where not in ("latin_name", "method", "checking")
    assert not shown or ("Before" in found and "[…]" in found and "after" in found)
    assert "* Holds" in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_are_printable_in_every_language(language: str, visitor: Visitor) -> None:
    with visitor.app.test_request_context():
        speak(language)
        assert unprintable("".join(labels(SHIPPED).values())) == ()


def test_characters_in_a_row_that_are_left_out_get_one_mark() -> None:
    assert printable(f"Gö{GOTHIC} {GOTHIC}t") == "Gö[…]t"
    assert printable("a\ufeffb\x00") == "ab"
    assert printable("陳" + RARE + "生") == "陳[…]生"


def test_a_mark_that_the_font_of_its_letter_lacks_is_not_taken_for_printable() -> None:
    assert unprintable("ب\u0951") == ("ب\u0951",)
    assert is_printable("ب\u064e")


def every_letter() -> Iterator[str]:
    """Yield each character that a name may hold, on its own or on a letter; few of the many ideographs."""
    for point in range(0x80, 0x32000):
        letter = chr(point)
        if (0x3400 <= point < 0xA000 or 0xAC00 <= point < 0xD7A4 or point >= 0x20000) and point % 97:
            continue
        if unicodedata.category(letter) not in ("Cs", "Co"):
            yield accepted(f"a{letter}") or accepted(f"A {letter}") or accepted(f"{letter}a")


def test_no_single_character_that_a_name_may_hold_stops_the_print() -> None:
    names = [name for name in every_letter() if name]
    assert len(names) > 20_000
    assert typeset(document(group(*map(line, names)))).startswith(b"%PDF")


PIECES = "".join(
    [*INVENTED.values(), *ALSO, GOTHIC, RARE, "\u0301\u0323\u0951\u05b4\u064e\u200c\u200d\ufe00\U000e0100 Aé-"]
)
NAMES = st.lists(st.one_of(st.text(PIECES, max_size=8), st.text(max_size=6)), min_size=300, max_size=300)


@settings(max_examples=5, deadline=None)
@given(NAMES)
def test_no_mixture_that_is_accepted_stops_the_print(typed: list[str]) -> None:
    names = [name for name in map(accepted, typed) if name]
    pdf = typeset(document(group(*(line(name, detail=name, latin_name=name, community=name) for name in names))))
    assert pdf.startswith(b"%PDF")


def odd(visitor: Visitor, vera: Officer, target: Path) -> str:
    """Let two people sign, one with a name that no font draws, and make the package."""
    for number, (name, latin) in enumerate([(f"{GOTHIC} Test", "Wulf Test"), ("Ana Belin", "")], 1):
        visitor.sign_and_confirm(
            {**PUBLIC, "name": name, "latin_name": latin, "email": f"p{number}@example.org", "country": "FR"}
        )
        assert vera.decide(number).status_code == 303
    return make(visitor, target)


@needs_poppler
def test_a_package_tells_which_names_it_prints_otherwise_and_lists_them_as_they_were_signed(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    told = odd(visitor, vera, tmp_path)
    assert "not printed as they wrote, since no font here draws it: signatory 1 " in told
    assert GOTHIC not in told
    folder = tmp_path / FIRST
    manifest = json.loads((folder / "manifest.json").read_bytes())
    listed = json.loads((folder / "signatures.json").read_bytes())
    assert [listed[at]["name"] for at in manifest["printed_otherwise"]] == [f"{GOTHIC} Test"]
    assert GOTHIC in (folder / "signatures.csv").read_text(encoding="utf-8")
    assert judge(folder)[1]
    assert alone(folder)[0] == 0
    assert "printed again, the PDF is the same, byte for byte" in run(visitor, "check", str(folder))
    found = text_of((folder / "letter.pdf").read_bytes())
    assert "Wulf Test" in found
    assert "Ana Belin" in found


def test_the_command_that_prints_tells_which_names_it_printed_otherwise(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    odd(visitor, vera, tmp_path / "out")
    told = run(visitor, "pdf", "appeal", "-o", str(tmp_path / "letter.pdf"))
    assert "2 names in 1 countries" in told
    assert "signatory 1 (see their cards)" in told


def test_other_fonts_are_another_press(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before, table = made_with("fr"), tmp_path / "coverage.txt"
    table.write_bytes(COVERAGE.read_bytes() + b"Noto Sans Other: 10330\n")
    table.with_suffix(".py").write_bytes(COVERAGE.with_suffix(".py").read_bytes())
    monkeypatch.setattr("campaign.document.pdf.COVERAGE", table)
    assert made_with("fr") != before


def test_what_our_fonts_draw_is_printed_as_it_was_signed() -> None:
    one = line("Ana Belin", latin_name="A. Belin", detail="of a house", community="of the hills")
    assert in_print(one, document(group(one))) == (
        "Ana Belin",
        "A. Belin",
        "of a house",
        "of the hills",
        one.language,
    )
