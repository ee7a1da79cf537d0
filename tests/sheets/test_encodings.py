"""Lists in every encoding that docs/intake.md names are read right, or none is guessed."""

import codecs
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from campaign.sheets.encodings import ENCODINGS, EncodingUnclear, detect
from campaign.sheets.rows import open_sheet
from tests.intake.lists import bring

SIMPLIFIED = "姓名,国家,组织\n王小明,德国,湖边小屋\n李文静,法国,\n张伟强,加拿大,自由之声\n赵雪梅,澳大利亚,\n孙德胜,美国,民主论坛\n"
TRADITIONAL = "姓名,國家,組織\n王曉明,德國,湖邊小屋\n李文靜,法國,\n張偉強,加拿大,自由之聲\n趙雪梅,澳洲,\n林怡君,美國,民主論壇\n"
JAPANESE = (
    "氏名,国名,所属\n山田花子,日本,湖の家\n佐藤健一,フランス,\n鈴木さくら,カナダ,自由の声\n高橋直樹,ドイツ,\n"
)
WESTERN = "Name,Country,Organisation\nMärta Östlund,Suède,Maison d’été\nJosé Núñez,Espagne,\nFrançois Lefèvre,Canada,Été\nJürgen Groß,Allemagne,\n"
KOREAN = "이름,나라\n김민수,독일\n박지영,프랑스\n최동욱,캐나다\n"
POLISH = "Name,Country\nWałęsław Żółć,Polska\nMałgorzata Śliwińska,Polska\nŁucja Wąs,Polska\n"
RUSSIAN = "Name,Country\nИван Петров,Латвия\nМария Сидорова,Эстония\n"
UYGHUR = "ئىسمى,دۆلەت\nئايگۈل تۇرسۇن,گېرمانىيە\n"
BOM16 = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


def rows(raw: bytes, encoding: str = "") -> list[list[str]]:
    return [line.cells for line in open_sheet(BytesIO(raw), encoding=encoding).rows]


def cells(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, name) for text in (SIMPLIFIED, TRADITIONAL, JAPANESE, WESTERN, KOREAN, POLISH, RUSSIAN, UYGHUR) for name in ("utf-8", "utf-8-sig", "utf-16")),
        *((text, name) for text in (WESTERN, TRADITIONAL, UYGHUR) for name in ("utf-16-le", "utf-16-be", "utf-32")),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED, "gb2312"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "cp950"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "cp932"),
        (WESTERN, "cp1252"),
        (WESTERN.replace("’", "'"), "latin-1"),
        ("Name,Country\nJane Plain,France\n", "ascii"),
    ],
)  # fmt: skip
def test_a_list_is_read_in_its_encoding(text: str, encoding: str) -> None:
    assert rows(text.encode(encoding)) == cells(text)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(KOREAN, "euc-kr"), (POLISH, "windows-1250"), (RUSSIAN, "windows-1251"), ("Name\n陈\n", "gb18030")],
)
def test_where_two_readings_are_as_good_nobody_guesses(text: str, encoding: str) -> None:
    raw = text.encode(ENCODINGS[encoding])
    with pytest.raises(EncodingUnclear) as unclear:
        detect(BytesIO(raw))
    assert unclear.value.readings
    assert rows(raw, encoding) == cells(text), "said, it is read right"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_keeps_its_mark_out_of_the_first_heading(encoding: str) -> None:
    assert rows(BOM16[encoding] + WESTERN.encode(encoding)) == cells(WESTERN)


def test_an_unclear_file_is_shown_in_each_reading(site: Flask, tmp_path: Path) -> None:
    answer = bring(site, tmp_path, KOREAN.encode("euc-kr"))
    assert answer.exit_code == 1
    assert "--encoding euc-kr: 이름,나라 / 김민수,독일" in answer.output
    assert "--encoding gb18030" in answer.output


@pytest.mark.parametrize(
    ("text", "encoding"), [(SIMPLIFIED, "gb18030"), (WESTERN, "utf-8"), (JAPANESE, "shift_jis")]
)
def test_a_spoilt_row_is_refused_and_the_others_are_read(
    site: Flask, tmp_path: Path, text: str, encoding: str
) -> None:
    lines = text.encode(encoding).splitlines(keepends=True)
    many = lines[:1] + lines[1:] * 12
    spoilt = b"".join([*many[:3], b"Spo\x81\xfflt,DE,\n", *many[3:]])
    answer = bring(site, tmp_path, spoilt, "--kind", "activist")
    assert answer.exit_code == 0, answer.output
    assert "row 4: " in answer.output
    assert "holds bytes that this encoding does not have" in answer.output
    assert f"{len(lines) - 1} imported" in answer.output


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_ending_is_read(delimiter: str, ending: str) -> None:
    text = ending.join(["", delimiter.join(["Name", "Country"]), delimiter.join(['"Ann, or; B\tor"', "DE"]), ""])
    assert rows(text.encode()) == [["Name", "Country"], ["Ann, or; B\tor", "DE"]]


def test_excels_own_line_for_the_delimiter_is_read() -> None:
    assert rows(b"sep=;\nName;Country, or so\nAnn;DE\n") == [["Name", "Country, or so"], ["Ann", "DE"]]


def test_a_quotation_mark_left_open_costs_its_rows_and_no_others() -> None:
    raw = b'Name,Country\nAnn,DE\n"Open,DE\n' + b"Lost One,DE\n" * 15_000 + b"Bea,DE\n"
    lines = list(open_sheet(BytesIO(raw)).rows)
    assert [line.cells for line in lines[:2]] == [["Name", "Country"], ["Ann", "DE"]]
    assert lines[2].fault.startswith("cannot be read: is a quotation mark left open between lines 3 and")
    assert lines[-1].cells == ["Bea", "DE"]


def test_an_endless_line_is_split() -> None:
    lines = list(open_sheet(BytesIO(b"Name,Country\n" + b"x" * 3_000_000)).rows)
    assert max(len(cell) for line in lines for cell in line.cells) <= 1 << 17
