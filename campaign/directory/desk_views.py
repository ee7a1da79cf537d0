"""The pages of the address book: the offices that letters are handed to, and their kinds."""

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.audit.log import LogFilter, all_officers, newest_entries
from campaign.audit.wording import LogSentence, describe
from campaign.desk.rules import DELIVERS
from campaign.directory.book import Place, changed_places, office_at, read_offices
from campaign.directory.forms import KindForm, OfficeForm
from campaign.directory.lists import EMPTY
from campaign.directory.offices import change_kind, change_office, drop_office, restore_office
from campaign.directory.rules import confirmation_told, differences, mark_of_entry, tidy_kind, tidy_office
from campaign.signin.gate_views import ConfirmFirst, gate
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import uploads
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES, countries, country_name, in_order
from campaign.world.recipients import Channel, Confirmation, Recipient, Recipients

bp = Blueprint("directory", __name__, url_prefix="/desk")
LIMIT = 3 << 20  # a text of a megabyte: the page answers that it is too long
HISTORY = 20


@bp.get("/offices")
@staff()
def offices() -> ResponseReturnValue:
    """List the offices by country, narrowed by the filter in the address."""
    today, asked = toolbox().clock().date(), request.args.get
    with toolbox().database.read() as session:
        listed, own = read_offices(session, _shipped()), changed_places(session)
    by_country: dict[str, list[Recipient]] = {}
    for one in listed.every:
        if _is_asked_for(one, asked("kind", ""), asked("state", ""), asked("find", "")):
            by_country.setdefault(one.country, []).append(one)
    return render_template(
        "directory/offices.html",
        rows=[(name, by_country[code]) for code, name in in_order(by_country, "en")],
        gone=sorted(own - {(one.country, one.office) for one in listed.every}),
        own=own,
        kinds=listed.words,
        states=[(state, sum(one.confirmation(today) is state for one in listed.every)) for state in Confirmation],
        shown=sum(map(len, by_country.values())),
        today=today,
        asked=asked,
        delivers=officer().role in DELIVERS,
    )


@bp.get("/offices/new")
@staff(*DELIVERS)
def new_office() -> ResponseReturnValue:
    """Show the form for an office that is not listed yet."""
    return _page(OfficeForm(formdata=None, language="en", channel="post"), None)


@bp.post("/offices/new")
@staff(*DELIVERS)
@uploads(LIMIT)
def add_office() -> ResponseReturnValue:
    """Add an office."""
    form = OfficeForm()
    return _save(form, (form.text_of("country"), form.text_of("office")), new=True)


@bp.get("/offices/<country>/<office>")
@staff()
def show_office(country: str, office: str) -> ResponseReturnValue:
    """Show an office's entry, its form and its history."""
    entry = _on_record((country, office))
    if entry is None and (country, office) not in _changed():
        abort(404)
    return _page(OfficeForm.showing(entry) if entry else OfficeForm(formdata=None), (country, office))


@bp.post("/offices/<country>/<office>")
@staff(*DELIVERS)
@uploads(LIMIT)
def save_office(country: str, office: str) -> ResponseReturnValue:
    """Save an office's entry."""
    return _save(OfficeForm(), (country, office), new=False)


@bp.post("/offices/<country>/<office>/drop")
@staff(*DELIVERS, fresh=True)
def drop(country: str, office: str) -> ResponseReturnValue:
    """Take an office out of the list."""
    return _act((country, office), drop_office)


@bp.post("/offices/<country>/<office>/shipped")
@staff(*DELIVERS, fresh=True)
def restore(country: str, office: str) -> ResponseReturnValue:
    """Go back to the entry that is shipped."""
    return _act((country, office), restore_office)


@bp.get("/offices/kinds")
@staff()
def kinds() -> ResponseReturnValue:
    """List the kinds of offices, and show the form for another."""
    return _kinds_page(KindForm(formdata=None))


@bp.post("/offices/kinds")
@staff(*DELIVERS, fresh=True)
def save_kind() -> ResponseReturnValue:
    """Add a kind of office, or change what it is called."""
    form, tools = KindForm(), toolbox()
    name = form.text_of("name").strip()
    kind, faults = tidy_kind(name, form.kind(tools.recipients.offices.get(name)))
    stamped = form.validate()
    form.show_faults(faults)
    if not stamped or faults:
        return _kinds_page(form), 422
    with tools.database.write() as session:
        change_kind(session, _shipped(), name, kind, officer(), now=tools.clock())
    tools.cache.clear()
    return redirect(url_for("directory.kinds", saved=1), 303)


def history_of(session: Session, subject: str) -> list[LogSentence]:
    """Return the newest entries of the log about one thing."""
    names = {person.id: person.name for person in all_officers(session)}
    return [describe(entry, names) for entry in newest_entries(session, LogFilter(subject=subject), None, HISTORY)]


def _shipped() -> Recipients:
    return toolbox().shipped.recipients


def _on_record(place: Place) -> Recipient | None:
    """Return an entry from the database, not from the cache."""
    with toolbox().database.read() as session:
        return office_at(read_offices(session, _shipped()), place)


def _changed() -> set[Place]:
    with toolbox().database.read() as session:
        return changed_places(session)


def _is_asked_for(one: Recipient, kind: str, state: str, find: str) -> bool:
    today = toolbox().clock().date()
    words = f"{country_name(one.country, 'en')} {one.country} {one.name} {one.english}".casefold()
    return (
        kind in ("", one.office)
        and state in ("", str(one.confirmation(today)))
        and all(word in words for word in find.casefold().split())
    )


def _save(form: OfficeForm, place: Place, *, new: bool) -> ResponseReturnValue:
    """Save an entry, or show the page again with everything that was typed."""
    tools, shown = toolbox(), None if new else place
    try:
        gate(DELIVERS, fresh=True)
    except ConfirmFirst:
        if shown and shown[0] not in COUNTRIES:
            raise
        return _page(form, shown, stale=True), 428
    before, today = _on_record(place), tools.clock().date()
    entry, faults = tidy_office(form.entry(place, before, officer(), today), tools.recipients.offices, today)
    if new and before is not None:
        faults["office"] = "This office is in the list already: change it there."
    stamped = form.validate()
    form.show_faults(faults)
    if not stamped or faults:
        return _page(form, shown), 422
    try:
        with tools.database.write() as session:
            seen = mark_of_entry(None) if new else form.text_of("seen")
            change_office(session, _shipped(), entry, seen, officer(), now=tools.clock())
    except ChangedMeanwhile:
        return _page(form, place, meanwhile=differences(entry, _on_record(place))), 409
    tools.cache.clear()
    return redirect(url_for("directory.show_office", country=place[0], office=place[1], saved=1), 303)


def _act(place: Place, verb: Callable[..., None]) -> ResponseReturnValue:
    """Do what a button says, if the entry is still the one that the officer saw."""
    check_button()
    tools = toolbox()
    try:
        with tools.database.write() as session:
            verb(session, _shipped(), place, request.form.get("seen", ""), officer(), now=tools.clock())
    except ChangedMeanwhile:
        return _page(OfficeForm.showing(_on_record(place) or EMPTY), place, meanwhile=["the entry"]), 409
    tools.cache.clear()
    return redirect(url_for("directory.offices", done=1), 303)


def _page(form: OfficeForm, place: Place | None, **notices: object) -> str:
    """Show the form; it keeps the mark that the officer began with, until it has told them of a newer entry."""
    typed = request.method == "POST"
    if place and place[0] not in COUNTRIES:
        abort(404)
    with toolbox().database.read() as session:
        listed = read_offices(session, _shipped())
        entry = office_at(listed, place) if place else None
        history = history_of(session, f"office:{place[0]}-{place[1]}") if place else []
        own = changed_places(session)
    return render_template(
        "directory/office.html",
        form=form,
        typed=typed,
        place=place,
        entry=entry,
        is_own=place in own,
        shipped=office_at(_shipped(), place) if place else None,
        mark=form.text_of("seen") if typed and "meanwhile" not in notices else mark_of_entry(entry),
        told=confirmation_told(entry, toolbox().clock().date()) if entry else "",
        history=history,
        kinds=listed.words,
        countries=countries("en"),
        channels=list(Channel),
        delivers=officer().role in DELIVERS,
        saved="saved" in request.args,
        **notices,
    )


def _kinds_page(form: KindForm) -> str:
    with toolbox().database.read() as session:
        listed = read_offices(session, _shipped())
    numbers: Mapping[str, int] = {name: sum(one.office == name for one in listed.every) for name in listed.offices}
    return render_template(
        "directory/kinds.html",
        form=form,
        kinds=listed.offices,
        numbers=numbers,
        delivers=officer().role in DELIVERS,
        saved="saved" in request.args,
    )
