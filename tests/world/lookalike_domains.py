"""Domains made to be taken for a parliament's, and honest ones that are not to be suspected."""

_LETTERS = {
    "a": "аɑ",
    "e": "е",
    "o": "о0",
    "p": "р",
    "c": "с",
    "i": "іı",
    "l": "1ӏ",
    "s": "ѕ",
    "m": "м",
    "k": "\u212aк",
}
_SHORT = 8
_HONEST = (
    "gmail.com googlemail.com outlook.com hotmail.com yahoo.co.uk yahoo.fr proton.me protonmail.com posteo.de web.de gmx.net "
    "icloud.com tutanota.com riseup.net mailbox.org qq.com naver.com daum.net hinet.net example.org nhs.uk gov.uk bund.de "
    "bundesrat.de bundesregierung.de elysee.fr senat.ro sobranie.mk parliament.go.ke parliament.gov.sg parlament.ch house.gov "
    "labour.org.uk conservatives.com greens.org.au cdu.de spd.de kormany.hu tibet.net uyghurcongress.org hrw.org "
    "amnesty.org un.org interpol.int europa.eu ec.europa.eu consilium.europa.eu"
)


def lookalikes_of(name: str) -> list[str]:
    """Return the tricks an impostor would try for one domain; none of them is that domain."""
    first, _, rest = name.partition(".")
    flat = name.replace(".", "-")
    tricks = [
        f"{name}.evil.example",
        f"mail.{name}.example",
        f"{flat}.org",
        f"mail-{flat}.com",
        f"x@{name}",
        f"{name}%evil.example",
        f"{name} ",
        f"{name}.",
        f".{name}",
        f"{name}\x00",
        f"{name}\u200b",
        f"{first}。{rest}",
        f"{first}\u2024{rest}",
        f'"{name}',
        chr(ord(name[0]) + 0xFEE0) + name[1:],
        *_in_other_letters(name),
    ]
    return tricks + (_misspelt(name, first, rest) if len(name) > _SHORT else [])


def honest_domains() -> list[str]:
    """Return domains of mail services, governments, other parliaments and parties that resemble none too much."""
    return _HONEST.split()


def _in_other_letters(name: str) -> list[str]:
    spoofed = []
    for letter, looks in _LETTERS.items():
        at = name.find(letter)
        if at >= 0:
            spoofed += [name[:at] + look + name[at + 1 :] for look in looks]
    return spoofed + [_punycode(spoof) for spoof in spoofed if not spoof.isascii()]


def _punycode(name: str) -> str:
    labels = name.split(".")
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels
    )


def _misspelt(name: str, first: str, rest: str) -> list[str]:
    return [
        name[0] + name[2:],
        name[:2] + name[1:],
        name[0] + name[2] + name[1] + name[3:]
        if name[1] != name[2] and "." not in name[1:3]
        else name + ".x.example",
        f"{first[:2]}-{first[2:]}.{rest}",
        f"{first}s.{rest}",
    ]
