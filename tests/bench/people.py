"""Invented signatories in many scripts, for documents of any length; the same ones each time."""

from datetime import date
from random import Random

from campaign.deliver.rules import ENGLISH_LABELS, CountryGroup, Document, Line, line_language
from campaign.world.countries import countries

PARTS = {
    "FR": ("Odile Maël Solène Ysée Corentin Aude", "Verchamp Rivollet d’Auberive Lémoz Tarnec"),
    "PL": ("Bożena Ścibor Łucja Żegota Jadwiga", "Wrzosek-Dębska Żółkowski Jaźwiec Śliwa"),
    "UA": ("Соломія Лесь Зоряна Богуслав", "Вербицька Тополенко Яворів Крижень"),
    "GR": ("Αριάδνη Λεωνίδας Θάλεια Φοίβος", "Καστρινάκη Θαλασσινός Πευκάς Ελαιώνα"),
    "AM": ("Անահիտ Տիգրան Շուշան Վահագն", "Լուսինյան Քարաշենց Վարդունի"),
    "GE": ("ნინო ლევანი თამარ ვახტანგ", "მთვარაძე წყაროშვილი კლდიაშვილი"),
    "IL": ("נועה איתן שירה יונתן", "בר-שחף הררי אלמוגי כרמלי"),
    "EG": ("نور سلمى ياسر هالة", "ساطع الهدى المنارة البستاني"),
    "TR": ("پەرىدە ئايگۈل تۇرسۇن ئەركىن", "تۇرسۇنتاي يۇلتۇز بۇلاقى"),
    "IN": ("अनुराधा विवेक मीनाक्षी", "पर्वतवासी नदीश्वर वनमाली"),
    "CH": ("བསོད་ནམས་ བཀྲ་ཤིས་ པདྨ་ དབྱངས་ཅན་", "ནོར་ལྷ དབྱངས་ཅན རྡོ་རྗེ"),
    "TH": ("ธารา มาลี วายุ", "ศรีสายน้ำ ทองภูผา แสงดาว"),
    "BD": ("নদী অরণ্য মেঘলা", "জলধারা পাহাড়ী"),
    "TW": ("林 葉 蘇 溫", "曜辰 映雪 禾青 以晴"),
    "HK": ("鄺 麥 岑", "曉嵐 啟澄 靜瀾"),
    "JP": ("三雲 水無瀬 霧島", "澪 千颯 かなで"),
    "KR": ("은 하 서 윤", "하솔 나래 다온 가람"),
}
CLOSE = frozenset({"TW", "HK", "KR", "CH"})  # family name and given name are not set apart
LABELS = {**ENGLISH_LABELS, **{f"level_{level}": f"How far a name was checked, {level}." for level in range(1, 5)}}
PARAGRAPH = "We write to you about people who were asked to be silent, and **were not**. " * 9


def document(signatories: int) -> Document:
    """Return a document of that many invented signatories in seventeen countries and fourteen scripts."""
    chance, names = Random(7), dict(countries("en"))
    share, rest = divmod(signatories, len(PARTS))
    groups = tuple(_group(chance, code, names[code], share + (place < rest)) for place, code in enumerate(PARTS))
    return Document(
        language="en",
        title="An open letter",
        body="\n\n".join([PARAGRAPH] * 6),
        recipient="To the Government of France",
        reference="BENCH-FR-20260504",
        day=date(2026, 5, 4),
        written_day="4 May 2026",
        version=1,
        sha256="5" * 64,
        groups=groups,
        elsewhere=3,
        counted=12,
        labels=LABELS,
        covering=PARAGRAPH,
    )


def _group(chance: Random, code: str, name: str, size: int) -> CountryGroup:
    lines = tuple(_line(chance, code) for _ in range(size))
    half = size // 2
    return CountryGroup(code, name, lines[:half], lines[half:], withheld=chance.randrange(9))


def _line(chance: Random, code: str) -> Line:
    first, second = (chance.choice(part.split()) for part in PARTS[code])
    name = f"{first}{'' if code in CLOSE else ' '}{second}"
    latin = (
        ""
        if code in {"FR", "PL"}
        else f"{chance.choice(('Ama', 'Ilo', 'Soren'))} {chance.choice(('Vey', 'Tarn'))}"
    )
    detail = f"Member of the Assembly of the Rivers, Group {chance.randrange(40)}"
    return Line(name, latin, detail, "", "lawmaker", chance.randrange(1, 5), line_language(name, code, ""))
