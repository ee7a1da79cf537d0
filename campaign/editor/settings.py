"""What letter.toml says, as forms have it: days, addressee, recipients, kinds."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import available_timezones

from campaign.editor.paste import one_line
from campaign.letter.fields import FIELDS
from campaign.letter.kinds import FORMS, NEEDED, WORDS, dump_kinds
from campaign.letter.rules import COOLING_OFF_HOURS, FOREIGN, LAWMAKER, RECIPIENTS, UTC_ZONE, Kind, LetterMalformed
from campaign.letter.standing import zone_of
from campaign.letter.writing import change_toml
from campaign.world.countries import COUNTRIES
from campaign.world.languages import LANGUAGES
from campaign.world.named import Named

ENTRY_NAMES = {"on": "day", "what": "sort", "said": "words"}  # of an entry of the timeline
NEW_ROWS = 2  # empty rows at the end of the timeline's table
WORD_NAMES = (*NEEDED, "hint", *FORMS)
ZONES = sorted(
    {UTC_ZONE, *(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))}
)
DAY_FAULT = "Write a day, such as 2026-12-31."
NO_NUMBER = "Write a whole number, such as {such}, or nothing."


@dataclass(frozen=True)
class Settings:
    """The settings of a letter as an owner typed them."""

    opens_on: str
    closes_on: str
    goal: str
    show_count: bool
    cooling_off_hours: str
    embargo_until: str
    time_zone: str
    addressee: str
    office: str
    recipients: tuple[str, ...]


def read_settings(values: Mapping[str, Any]) -> Settings:
    """Return the settings in a letter.toml as a form shows them."""
    until, time_zone = values.get("embargo_until"), str(values.get("time_zone", UTC_ZONE))
    listed = values.get("recipients", [])
    return Settings(
        opens_on=str(values.get("opens_on", "")),
        closes_on=str(values.get("closes_on", "")),
        goal=str(values.get("goal", "")),
        show_count=bool(values.get("show_count", True)),
        cooling_off_hours=str(values.get("cooling_off_hours", COOLING_OFF_HOURS)),
        embargo_until=f"{until.astimezone(zone_of(time_zone)):%Y-%m-%dT%H:%M}"
        if isinstance(until, datetime)
        else "",
        time_zone=time_zone,
        addressee=str(values.get("addressee", "")),
        office=str(values.get("office", FOREIGN)),
        recipients=tuple(one for one in listed if isinstance(one, str)),
    )


def change_settings(source: str, said: Settings) -> tuple[str, dict[str, str]]:
    """Return letter.toml with these settings, and a sentence for each that is refused."""
    faults: dict[str, str] = {}
    days = {name: _day(getattr(said, name), name, faults) for name in ("opens_on", "closes_on")}
    if days["opens_on"] and days["closes_on"] and days["closes_on"] < days["opens_on"]:
        faults["closes_on"] = "This day is before the day on which the letter opens."
    goal = _number(said.goal, "goal", faults, 100)
    hours = _number(said.cooling_off_hours, "cooling_off_hours", faults, COOLING_OFF_HOURS)
    if said.time_zone not in ZONES:
        faults["time_zone"] = "Choose one of the list, such as Europe/Brussels."
    changes: dict[str, Any] = {**days, "goal": goal, "embargo_until": _moment(said, faults)}
    changes["time_zone"] = said.time_zone
    changes["cooling_off_hours"] = hours
    changes["show_count"] = None if said.show_count else False
    changes |= _addressed(tomllib.loads(source), said)
    if faults:
        return source, faults
    return change_toml(source, _unless_usual(tomllib.loads(source), changes)), {}


def mark_draft(source: str, drafts: Sequence[str], language: str, *, is_draft: bool) -> str:
    """Return letter.toml with a translation marked as a draft, or no longer."""
    others = [one for one in drafts if one != language]
    wanted = sorted([*others, language], key=LANGUAGES.index) if is_draft else others
    return source if sorted(wanted) == sorted(drafts) else change_toml(source, {"drafts": wanted or None})


def put_kinds(source: str, kinds: Sequence[Kind]) -> str:
    """Return letter.toml with these kinds; the shipped ones, while they are as they come, need no table."""
    listed = dump_kinds(kinds)
    if listed is None and "kinds" not in tomllib.loads(source):
        return source
    tables = [
        {"key": one.key, "established": one.established, "fields": list(one.fields)}
        | ({"required": list(one.required)} if one.required else {})
        | {"use": one.use}
        | ({"plural": one.plural} if one.plural != f"{one.key}s" else {})
        | ({"words": {language: dict(said) for language, said in one.words.items()}} if one.words else {})
        for one in kinds
    ]
    return change_toml(source, {"kinds": tables})


def put_named(source: str, named: Sequence[Named]) -> str:
    """Return letter.toml with these named recipients."""
    tables = [
        {"key": one.key, "language": one.language}
        | {name: dict(getattr(one, name)) for name in ("name", "to", "salutation") if getattr(one, name)}
        | ({"address": list(one.address)} if one.address else {})
        for one in named
    ]
    return change_toml(source, {"addressee": RECIPIENTS, "office": None, "recipients": tables})


def timeline_in(source: str) -> list[dict[str, Any]]:
    """Return the entries of the timeline in a letter.toml."""
    return list(tomllib.loads(source).get("timeline", []))


def typed_timeline(
    form: Mapping[str, str], before: Sequence[Mapping[str, Any]], language: str, *, whole: bool
) -> dict[int, dict[str, Any]]:
    """Return the entries of the timeline that were typed, by row of the form.

    `whole`: also their days and sources were, and there may be new ones. Otherwise only the words in one language were.
    """
    typed: dict[int, dict[str, Any]] = {}
    for row in range(len(before) + (NEW_ROWS if whole else 0)):
        if f"drop-{row}" in form:
            continue
        entry = dict(before[row]) if row < len(before) else {}
        if f"said-{row}" in form:
            said = {**entry.get("said", {}), language: one_line(form[f"said-{row}"])}
            entry["said"] = {one: words for one, words in said.items() if words}
            if whole:
                entry |= {"on": _day_or_moment(form.get(f"on-{row}", "")), "what": form.get(f"what-{row}", "")}
                entry["source"] = form.get(f"source-{row}", "").strip()
        if row < len(before) or entry.get("on") or entry.get("said"):
            typed[row] = {name: value for name, value in entry.items() if value != ""}
    return typed


def row_fault(fault: LetterMalformed, rows: Sequence[int]) -> str:
    """Return what is wrong with an entry of the timeline, with the number of its row on the page."""
    _timeline, number, key = (*fault.where.key.split(", "), "", "")[:3]
    if not number.isdecimal():
        return f"{fault}."
    return f"Row {rows[int(number) - 1] + 1}, {ENTRY_NAMES.get(key, key)}: {fault.sentence}."


def moved(keys: Sequence[str], key: str, step: int) -> list[str]:
    """Return keys with one of them a place further up (-1) or down (1)."""
    order = list(keys)
    at = order.index(key)
    to = min(max(at + step, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return order


def typed_kind(form: Mapping[str, str], before: Kind | None, original: str) -> Kind:
    """Return the kind that was typed; fields keep the order they had, and new ones come last."""
    key = before.key if before else form.get("key", "").strip()
    asked = [name for name in FIELDS if f"field-{name}" in form]
    known = [name for name in (before.fields if before else ()) if name in asked]
    fields = (*known, *(name for name in asked if name not in known))
    established = form.get("established", "")
    required = tuple(name for name in fields if f"required-{name}" in form)
    words = {language: said for language in LANGUAGES if (said := _typed_words(form, language))}
    plural = before.plural if before else f"{key}s"
    return Kind(key, established, fields, required, form.get("use", "public"), plural, words, original)


def _typed_words(form: Mapping[str, str], language: str) -> dict[str, str]:
    typed = {name: one_line(form.get(f"{name}-{language}", "")) for name in WORD_NAMES}
    return {name: word for name, word in typed.items() if word}


def kind_faults(kind: Kind, taken: Sequence[str]) -> dict[str, str]:
    """Return a sentence for each part of a typed kind that pages could not use; the file's own rules come after."""
    faults = {}
    if kind.key in taken:
        faults["key"] = "Another kind has this name."
    if kind.established == LAWMAKER and "legislature" not in kind.required:
        faults["fields"] = (
            "A lawmaker must be asked for their parliament: tick “Parliament”, and “required” beside it."
        )
    if kind.original not in kind.words and (kind.words or kind.key not in WORDS):
        faults[f"one-{kind.original}"] = (
            "Say what people of this kind are called: readers of other languages may see it."
        )
    for language, said in kind.words.items():
        for name in NEEDED:
            if not said.get(name):
                faults[f"{name}-{language}"] = "This is missing."
    return faults


def _addressed(before: Mapping[str, Any], said: Settings) -> dict[str, Any]:
    """Return what changes of the addressee; named recipients are written on a page of their own."""
    if said.addressee == RECIPIENTS:
        kept = before.get("recipients", [])
        named = kept if kept and isinstance(kept[0], dict) else None
        return {"addressee": RECIPIENTS, "office": None, "recipients": named}
    countries = [one for one in said.recipients if one in COUNTRIES]
    earlier = [one for one in before.get("recipients", []) if one in countries]
    return {
        "addressee": said.addressee,
        "office": said.office,
        "recipients": [*earlier, *(one for one in countries if one not in earlier)],
    }


def _unless_usual(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes without those that would only write down what is meant anyway."""
    usual = {"time_zone": UTC_ZONE, "cooling_off_hours": COOLING_OFF_HOURS, "office": FOREIGN, "recipients": []}
    return {name: value for name, value in changes.items() if name in before or value != usual.get(name, object())}


def _day(typed: str, name: str, faults: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        faults[name] = DAY_FAULT
        return None


def _day_or_moment(typed: str) -> date | str:
    """Return a day, or a moment with its zone, as a file has it; anything else as it was typed."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(typed.strip())
        except ValueError:
            continue
    return typed.strip()


def _number(typed: str, name: str, faults: dict[str, str], such: int) -> int | None:
    typed = typed.strip()
    if not typed:
        return None
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 9:
        faults[name] = NO_NUMBER.format(such=such)
        return None
    return int(typed)


def _moment(said: Settings, faults: dict[str, str]) -> datetime | None:
    """Return the end of the embargo in UTC; it was typed as a time in the letter's time zone."""
    typed = said.embargo_until.strip()
    try:
        return (
            datetime.fromisoformat(typed).replace(tzinfo=zone_of(said.time_zone)).astimezone(UTC)
            if typed
            else None
        )
    except ValueError:
        faults["embargo_until"] = "Write a day and an hour, such as 2026-12-10T10:00."
        return None
