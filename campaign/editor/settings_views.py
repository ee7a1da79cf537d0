"""The settings of a letter: its days, who receives it, and who may sign it."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.rules import OWNER
from campaign.editor.desk_views import RECEIVERS, bp, work_of
from campaign.editor.forms import EditorForm, KindForm, NamedForm, SettingsForm
from campaign.editor.service import Work, check_facts, save_work
from campaign.editor.settings import (
    ZONES,
    change_settings,
    kind_faults,
    moved,
    put_kinds,
    put_named,
    read_settings,
)
from campaign.editor.versions import compare_facts
from campaign.letter.fields import FIELDS
from campaign.letter.folder import FACTS
from campaign.letter.kinds import MOST_KINDS, read_kinds
from campaign.letter.rules import MOST_NAMED, Kind, LetterMalformed
from campaign.web.audience import officer, staff
from campaign.web.forms import ActForm, check_button
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries
from campaign.world.named import Named

One = TypeVar("One", Kind, Named)
Outcome = tuple[str, Mapping[str, str]]  # a letter.toml, and a sentence for each field that is refused
NEW = "new"
HOW = {
    "lawmaker": "As a member of a parliament: matched to its roster",
    "person": "As a person: by what the desk finds out",
    "organisation": "As an organisation: by its own web domain, and a representative",
}
USES = {
    "public": "Public: everybody reads the name",
    "withheld": "Withheld: only governments that the signatory ticks read it",
    "counted": "Counted: only a number",
}


@bp.get("/letters/<slug>/settings")
@staff()
def settings(slug: str) -> ResponseReturnValue:
    """Show the settings of a letter."""
    return _settings_page(work_of(slug), SettingsForm(formdata=None))


@bp.post("/letters/<slug>/settings")
@staff(OWNER)
def change_facts(slug: str) -> ResponseReturnValue:
    """Save the settings of a letter."""
    form, work = SettingsForm(), work_of(slug)
    outcome = change_settings(work.files[FACTS], form.settings())
    if form.text_of("office") not in toolbox().recipients.offices and form.text_of("addressee") != "recipients":
        outcome = outcome[0], {**outcome[1], "office": "Choose an office."}
    return _save(work, form, outcome, _settings_page, "editor.settings")


@bp.get("/letters/<slug>/kinds")
@staff()
def kinds(slug: str) -> ResponseReturnValue:
    """Show the kinds of signatories that a letter asks for, in the order of its list."""
    work = work_of(slug)
    listed = read_kinds(work.files[FACTS])
    return render_template("editor/kinds.html", work=work, kinds=listed, how=HOW, act=ActForm(), most=MOST_KINDS)


@bp.post("/letters/<slug>/kinds")
@staff(OWNER)
def order_kinds(slug: str) -> ResponseReturnValue:
    """Move a kind up or down, or remove it."""
    work = work_of(slug)
    wanted = _pressed(read_kinds(work.files[FACTS]))
    return _order(work, put_kinds(work.files[FACTS], wanted), "editor.kinds")


@bp.get("/letters/<slug>/kinds/<key>")
@staff()
def kind(slug: str, key: str) -> ResponseReturnValue:
    """Show one kind of signatories; `new` is one that does not exist yet."""
    work = work_of(slug)
    _known(read_kinds(work.files[FACTS]), key)
    return _kind_page(work, KindForm(formdata=None))


@bp.post("/letters/<slug>/kinds/<key>")
@staff(OWNER)
def change_kind(slug: str, key: str) -> ResponseReturnValue:
    """Save one kind of signatories, or add it."""
    work, form = work_of(slug), KindForm()
    every = read_kinds(work.files[FACTS])
    before = _known(every, key)
    typed = form.kind(before, work.original)
    faults = kind_faults(typed, [one.key for one in every if one is not before])
    source = put_kinds(work.files[FACTS], _with(every, before, typed))
    return _save(work, form, (source, faults), _kind_page, "editor.kinds")


@bp.get("/letters/<slug>/recipients")
@staff()
def recipients(slug: str) -> ResponseReturnValue:
    """Show the recipients that a letter names."""
    work = work_of(slug)
    return render_template(
        "editor/recipients.html", work=work, named=work.facts.named, act=ActForm(), most=MOST_NAMED
    )


@bp.post("/letters/<slug>/recipients")
@staff(OWNER)
def order_recipients(slug: str) -> ResponseReturnValue:
    """Move a named recipient up or down, or remove it; the last one stays."""
    work = work_of(slug)
    return _order(work, put_named(work.files[FACTS], _pressed(work.facts.named)), "editor.recipients")


@bp.get("/letters/<slug>/recipients/<key>")
@staff()
def recipient(slug: str, key: str) -> ResponseReturnValue:
    """Show one recipient that a letter names; `new` is one that does not exist yet."""
    work = work_of(slug)
    _known(work.facts.named, key)
    return _named_page(work, NamedForm(formdata=None))


@bp.post("/letters/<slug>/recipients/<key>")
@staff(OWNER)
def change_recipient(slug: str, key: str) -> ResponseReturnValue:
    """Save one named recipient, or add it."""
    work, form = work_of(slug), NamedForm()
    before, every = _known(work.facts.named, key), work.facts.named
    typed = form.named(before, work.original)
    faults = {} if typed.name.get(work.original) else {f"name-{work.original}": "Say what it is called."}
    if typed.key in {one.key for one in every if one is not before}:
        faults["key"] = "Another recipient has this name."
    source = put_named(work.files[FACTS], _with(every, before, typed))
    return _save(work, form, (source, faults), _named_page, "editor.recipients")


def _known(every: Sequence[One], key: str) -> One | None:
    """Return the one of this key, None for a new one; answer 404 if there is none."""
    found = next((one for one in every if one.key == key), None)
    if found is None and key != NEW:
        abort(404)
    return found


def _with(every: Sequence[One], before: One | None, typed: One) -> list[One]:
    """Return the same with one replaced, or with one more."""
    return [typed if one is before else one for one in every] + ([] if before else [typed])


def _pressed(every: Sequence[One]) -> list[One]:
    """Return the same in the order that the pressed button asks for, or without the one it removes."""
    check_button()
    act, _space, key = request.form.get("act", "").partition(" ")
    known = {one.key: one for one in every}
    if key not in known or act not in ("up", "down", "remove") or (act == "remove" and len(known) == 1):
        abort(400)
    if act == "remove":
        return [one for one in every if one.key != key]
    return [known[one] for one in moved(list(known), key, -1 if act == "up" else 1)]


def _order(work: Work, source: str, endpoint: str) -> ResponseReturnValue:
    """Save another order; if the letter was changed meanwhile, the page shows the order as it is now."""
    try:
        with toolbox().database.write() as session:
            save_work(session, work, {FACTS: source}, officer(), now=toolbox().clock())
    except ChangedMeanwhile:
        return redirect(url_for(endpoint, slug=work.slug, changed=1), 303)
    return redirect(url_for(endpoint, slug=work.slug), 303)


def _save(
    work: Work, form: EditorForm, outcome: Outcome, page: Callable[..., str], endpoint: str
) -> ResponseReturnValue:
    """Save a letter.toml, or show the page again with everything that was typed."""
    source, faults = outcome
    stamped = form.validate()
    form.show_faults(faults or _fault(source, form))
    if not stamped or form.errors:
        return page(work, form), 422
    if form.text_of("mark") != work.mark(FACTS):
        return page(work, form, meanwhile=compare_facts(work.files[FACTS], source)), 409
    try:
        with toolbox().database.write() as session:
            save_work(session, work, {FACTS: source}, officer(), now=toolbox().clock())
    except ChangedMeanwhile:
        work = work_of(work.slug)
        return page(work, form, meanwhile=compare_facts(work.files[FACTS], source)), 409
    return redirect(url_for(endpoint, slug=work.slug, saved=1), 303)


def _fault(source: str, form: EditorForm) -> dict[str, str]:
    """Return why a letter.toml is refused, beside the field of that name or else the first."""
    try:
        check_facts(source)
    except LetterMalformed as fault:
        name = fault.where.key.rpartition(".")[2]
        place = name if name in form and name != "mark" else next(one for one in form._fields if one != "mark")
        return {place: f"{fault.sentence[:1].upper()}{fault.sentence[1:]}."}
    return {}


def _settings_page(work: Work, form: SettingsForm, meanwhile: Sequence[object] | None = None) -> str:
    typed = request.method == "POST"
    return render_template(
        "editor/settings.html",
        work=work,
        form=form,
        said=form.settings() if typed else read_settings(tomllib.loads(work.files[FACTS])),
        mark=form.text_of("mark") if typed and meanwhile is None else work.mark(FACTS),
        meanwhile=meanwhile,
        addressees=RECEIVERS,
        offices=toolbox().recipients.offices,
        countries=countries("en"),
        zones=ZONES,
        saved="saved" in request.args,
    )


def _kind_page(work: Work, form: EditorForm, meanwhile: Sequence[object] | None = None) -> str:
    typed = request.method == "POST"
    before = _known(read_kinds(work.files[FACTS]), str((request.view_args or {})["key"]))
    return render_template(
        "editor/kind.html",
        work=work,
        form=form,
        before=before,
        said=KindForm.kind(form, before, work.original) if typed else before,
        mark=form.text_of("mark") if typed and meanwhile is None else work.mark(FACTS),
        meanwhile=meanwhile,
        fields=FIELDS,
        how=HOW,
        uses=USES,
    )


def _named_page(work: Work, form: EditorForm, meanwhile: Sequence[object] | None = None) -> str:
    typed = request.method == "POST"
    before = _known(work.facts.named, str((request.view_args or {})["key"]))
    return render_template(
        "editor/recipient.html",
        work=work,
        form=form,
        before=before,
        said=NamedForm.named(form, before, work.original) if typed else before,
        mark=form.text_of("mark") if typed and meanwhile is None else work.mark(FACTS),
        meanwhile=meanwhile,
    )
