"""A list of names is where its readers look: in each script's own order, alike in every database."""

import sqlite3
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from campaign.names.sorting import LIMIT, sort_key
from tests.names.corpus import invented_names

ROOT = Path(__file__).parents[2]
ICU = [line.split(" ") for line in (Path(__file__).parent / "icu_order.txt").read_text("utf-8").split("\n")[1:-1]]

IN_ORDER = {
    "accents come second": "cote Cote coté côte côté coteau",
    "strokes and ligatures": "ad æb af lub łuk luma oda øre oz ssa ßa st",
    "case comes last": "ulm Ulm ULM ulma",
    "a space comes before letters": "Li_Wen Li-Xu Lian",
    "apostrophes are passed over": "Obel O'Belm O’Belma Oben",
    "Thai vowels wait for their consonant": "กมล เกษม แก้ว ขจร ไชย",
    "katakana is hiragana, voice comes second": "かき カキ かぎ がく ガク",
    "Uyghur vowels under themselves": "ئابا ئەلو بابا جان ۋەلى ياسا",
    "Uyghur o near the end": "نالو ئوبا ئۇلا ئۆلا ۋەلى",
    "Persian": "آبا باد پاد تاد جاد چاد کام گام لام",
    "both kafs and yehs": "كا کب كت لا يا یب يت",
    "Arabic": "أحد بدر تاج ثناء جابر حازم خالد",
    "Tibetan under the root letter": "ཀརྨ ཀྱི བཀྲ རྐ སྐལ ཁྲོ སྒྲོལ བསྟན དོན བདག རྡོ པདྨ ཚེ ཟླ ལྷ",
    "Tibetan suffixes before vowels": "ཀ ཀག ཀི ཀིན ཀུ ཀེ ཀོ ཀྱ དཀར བཀའ",
    "ideographs by strokes": "一 王 李 陈 陳",
    "scripts after CLDR": "Zul Ωλ Яра ბა Բա בא با บา བླ 갈 あ 一",
}


@pytest.mark.parametrize("names", IN_ORDER.values(), ids=IN_ORDER.keys())
def test_names_stand_where_readers_look(names: str) -> None:
    ordered = [name.replace("_", " ") for name in names.split(" ")]
    assert sorted(Random(7).sample(ordered, len(ordered)), key=sort_key) == ordered


@pytest.mark.parametrize("words", ICU, ids=[words[0] for words in ICU])
def test_every_pair_of_words_is_ordered_as_icu_orders_it(words: list[str]) -> None:
    keys = [sort_key(word) for word in words[1:]]
    assert len(keys) == 60
    assert [pair for pair in combinations(keys, 2) if pair[0] >= pair[1]] == []


def test_the_recorded_order_covers_many_scripts() -> None:
    assert len(ICU) >= 25


def test_sqlite_sorts_the_keys_as_python_does() -> None:
    names = [name for _, name in invented_names(720)]
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE roll (name TEXT, key BLOB)")
    database.executemany("INSERT INTO roll VALUES (?, ?)", [(name, sort_key(name)) for name in names])
    rows = database.execute("SELECT key FROM roll ORDER BY key").fetchall()
    database.close()
    assert [row[0] for row in rows] == sorted(map(sort_key, names))


def test_a_key_never_exceeds_its_column() -> None:
    assert max(len(sort_key(letter * 200)) for letter in "aéß雲ཀ갈𡃁\U0001f600") <= LIMIT


def test_composed_and_decomposed_names_have_one_key() -> None:
    assert sort_key("E\u0301lo\u0308") == sort_key("Élö")


def test_two_names_that_look_different_have_two_keys() -> None:
    names = {name for _, name in invented_names(2_520) if len(name) < 40}
    assert len({sort_key(name) for name in names}) >= len(names) * 0.99


def test_the_tables_are_small_and_loaded_only_when_needed() -> None:
    script = (
        "import tracemalloc; from campaign.names import tables\n"
        "assert tables.tables.cache_info().currsize == 0\n"
        "tracemalloc.start(); tables.tables()\n"
        "print(tracemalloc.get_traced_memory()[0])"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(answer.stdout) < 6_000_000
