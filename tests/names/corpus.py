"""Invented names in many scripts, and harmful strings: the syllables are random, so they are no real person's."""

from random import Random

# Two columns of syllables per writing; names are one to four of them, and families likewise.
SYLLABLES: dict[str, str] = {
    "Latn": "ba ve lo ryn dar mil ska tor wen iva ulm ost",
    "Latn-accented": "čá ôl ñe ğü ßen łó ễn ør đa žit çao þór",
    "Latn-ogonek": "ęb ķur ţin ơi ạm ẽn əl ŋda ʻai ḥas ṣūm ǎn",
    "Cyrl": "ба ве ло рин дар мил ска тор вен ива їн ўж",
    "Cyrl-steppe": "қай әсе өру ңол үми ғар ҳам җир ҥэй ҷон",
    "Grek": "βα λο ρύν δαρ μίλ σκα τόρ βέν ήβα ούλμ ός",
    "Armn": "բա վե լո րին դար միլ սկա տոր վեն իվա",
    "Geor": "ბა ვე ლო რინ დარ მილ სკა ტორ ვენ ივა",
    "Hebr": "בא לו רין דר מיל סק טור ון יב עול",
    "Arab": "با لو رين دار ميل سكا تور ون يب عول",
    "Arab-Uyghur": "با لو رىن دار مىل سكا تۇر ۋېن ئۈب گۆل ھەم",
    "Arab-Persian": "با چو رین دار میل پکا تور ژن گیب کول",
    "Syrc": "ܒܐ ܠܘ ܪܝܢ ܕܪ ܡܝܠ ܣܩ ܛܘܪ",
    "Thaa": "ބަ ލޮ ރިން ދަރު މިލު ސްކަ ތޮރު",
    "Deva": "बा लो रिन दर मिल स्क तोर वेन क्षी ज्ञा",
    "Beng": "বা লো রিন দর মিল স্ক তোর ৱেন ক্ষী",
    "Guru": "ਬਾ ਲੋ ਰਿਨ ਦਰ ਮਿਲ ਸਕ ਤੋਰ ਵੇਨ",
    "Gujr": "બા લો રિન દર મિલ સ્ક તોર વેન",
    "Taml": "பா லோ ரின் தர் மில் ஸ்க தோர் வேன் ஸ்ரீ",
    "Telu": "బా లో రిన్ దర్ మిల్ స్క తోర్ వేన్",
    "Knda": "ಬಾ ಲೋ ರಿನ್ ದರ್ ಮಿಲ್ ಸ್ಕ ತೋರ್ ವೇನ್",
    "Mlym": "ബാ ലോ രിൻ ദർ മിൽ സ്ക തോർ വേൻ",
    "Sinh": "බා ලෝ රින් දර් මිල් ශ්‍රී ප්‍ර තෝර් වේන්",
    "Thai": "บา โล รินทร์ ดาร์ มิล สกา เติ้ล เวน ใจ ไม้",
    "Laoo": "ບາ ໂລ ຣິນ ດາ ມິນ ສະກາ ເຕີ້ ເວນ",
    "Tibt": "བླ་ མཚོ་ རྒྱུད་ ཉིན་ བསྒྲུབས་ ལྷུན་ འབྲུག་ ཀློང་",
    "Mymr": "ဗာ လို ရင် ဒါး မီ စကာ တိုး ဝင်း",
    "Khmr": "បា លូ រិន ដារ មីល ស្កា តូរ វ៉េន",
    "Ethi": "ባ ሎ ሪን ዳር ሚል ስካ ቶር ቬን",
    "Mong": "ᠪᠠ ᠯᠣ ᠷᠢᠨ ᠳᠠᠷ ᠮᠢᠯ ᠰᠬᠠ ᠲᠣᠷ",
    "Cher": "ᏆᎳ ᎶᎵ ᎢᎾ ᏓᎵ ᎻᎵ ᏍᎦ ᏙᎵ",
    "Tfng": "ⴱⴰ ⵍⵓ ⵔⵉⵏ ⴷⴰⵔ ⵎⵉⵍ ⵙⴽⴰ",
    "Hani-Hant": "雲 石 嶺 鷗 淼 蘿 檀 靄 龢 蓀",
    "Hani-Hans": "云 石 岭 鸥 淼 萝 檀 霭 鹂 荪",
    "Jpan": "雲 石 みね かもめ 淼 カヨ 檀 々 しずく ぎん",
    "Kore": "갈 뫼 든 솔 매 별 누 림 혜 옥",
}
JOINTS = (" ", " ", " ", "-", "’", ". ")
LETTERS_WITH_SPACES = frozenset({"Hani-Hant", "Hani-Hans", "Jpan", "Kore"})


def invented_names(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Return `count` pairs of (writing, name), every writing as often as the others."""
    random = Random(seed)
    writings = list(SYLLABLES)
    return [(writing, _name(random, writing)) for writing in (writings[n % len(writings)] for n in range(count))]


def hostile_names(seed: int = 1) -> list[str]:
    """Return more than five hundred strings that are no names: each must be refused or doubted."""
    random = Random(seed)
    victims = [name for writing, name in invented_names(864, seed) if writing.startswith("Latn")]
    hostile: list[str] = []
    for victim in victims * 2:
        hostile += [
            spoil(victim, random) for spoil in (_wrapped, _pierced, _disguised, _stacked, _prefixed, _suffixed)
        ]
    return hostile + list(EMPTY_LOOKING) + list(PAYLOADS)


def _name(random: Random, writing: str) -> str:
    syllables = SYLLABLES[writing].split()
    words = ["".join(random.choices(syllables, k=random.randint(1, 3))) for _ in range(random.randint(2, 4))]
    if writing in LETTERS_WITH_SPACES:
        return "".join(words)[:4]
    if writing == "Tibt":
        return "".join(words)
    words = [word + word[-1] if len(word) == 1 else word for word in words]
    joint = random.choice(JOINTS) if writing.startswith(("Latn", "Cyrl", "Grek")) else " "
    return words[0].title() + joint + " ".join(word.title() for word in words[1:])


def _wrapped(name: str, random: Random) -> str:
    before, after = random.choice(
        [("<b>", "</b>"), ("{{", "}}"), ("${", "}"), ("\u202e", "\u202c"), ("[", "](x)"), ("%(", ")s")]
    )
    return before + name + after


def _pierced(name: str, random: Random) -> str:
    return (
        name[:2] + random.choice("\x00\x07\r\n\u2028\u202e\u2066\u200f\ud83d\ue000\ufffe\x1b\u0604😀★♛") + name[2:]
    )


def _disguised(name: str, random: Random) -> str:
    """Put a letter of another alphabet into a Latin word."""
    return name[:2] + random.choice("аеорсухіјѕԁαοερνἀօսցᎪᏴ") + name[2:]


def _stacked(name: str, random: Random) -> str:
    marks = [chr(random.randint(0x300, 0x333)) for _ in range(random.randint(7, 40))]
    return name[:1] + "".join(marks) + name[1:]


def _prefixed(name: str, random: Random) -> str:
    return random.choice(["=", "+", "-", "@", "\t", "＝", "\u0301", " =", "\u200b=", "=cmd|' /C calc'!"]) + name


def _suffixed(name: str, random: Random) -> str:
    return name + random.choice(
        [
            " https://evil.example",
            " www.evil.example",
            " x@evil.example",
            " evil.com",
            " ｅｖｉｌ．ｃｏｍ",
            " evil。com",
            "\n",
            " 4711",
            " #1",
            " {x}",
            " | x",
            "\\x",
            " ; DROP",
            "🇨🇳",
            " ✊",
            "x" * 200,
            " a" * 14,
        ]
    )


EMPTY_LOOKING = (
    "",
    " ",
    "\u3000",
    "\u3164",
    "\u115f\u1160",
    "\u2800\u2800",
    "\u200b\u200d\ufeff",
    "\u00ad",
    "\U000e0041\U000e0042",
    "\uffa0 \u3164",
    "\u17b4",
    "\u180e",
    "...",
    "---",
    "’’",
    "0000",
    "١٢٣",
    "☺",
    "(—)",
)
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "Robert'); DROP TABLE letter;--",
    "../../etc/passwd",
    "{{config}}",
    "${jndi:ldap://x}",
    "%s%s%n",
    "=HYPERLINK(1)",
    "+49 Anna",
    "a\x00b",
    "http://evil.example",
    "Anna <anna@evil.example>",
    "cmd.exe /c dir",
    "A",
    "I.",
    "Ѕсоре Brown",
    "Аnna",
    "Annа",
    "ᴀnna Belm",
    "\U0001d4d0nna",
    "Ann\u202egnp",
)
