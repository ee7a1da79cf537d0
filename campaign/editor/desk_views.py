"""The list of letters, and how a new one begins."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.rules import OWNER
from campaign.editor.forms import NewForm
from campaign.editor.pages import Words, tidy_words, write_words
from campaign.editor.rules import OPEN_FOR, TEXT, first_facts, first_recipients, slug_fault, slug_of
from campaign.editor.service import Work, all_works, begin_letter, find_work, is_outdated, renew_draft
from campaign.letter.drafts import discard_draft
from campaign.letter.folder import FACTS, text_path
from campaign.letter.rules import ADDRESSEES, OWN
from campaign.letter.service import NoSuchLetter
from campaign.letter.standing import standing
from campaign.letter.writing import change_toml, copied_files
from campaign.web.audience import officer, staff
from campaign.web.forms import ActForm, check_button
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox
from campaign.world.languages import FALLBACK, LANGUAGES

bp = Blueprint("editor", __name__, url_prefix="/desk")
FIELD_OF = {"addressee": "addressee_line"}  # `addressee` is here the kind of addressee
RECEIVERS = {
    "own-government": "Each signatory’s own government",
    "governments": "The same governments for everybody",
    "recipients": "Recipients that the letter names, such as an assembly, a company, a university",
}


@bp.context_processor
def _doors() -> dict[str, object]:
    """Let templates ask which pages this door has: the desk's own has no public ones."""
    return {"doors": current_app.view_functions}


@bp.get("/letters")
@staff()
def letters() -> ResponseReturnValue:
    """List the letters: what is public of them, and what is being written."""
    with toolbox().database.read() as session:
        works = all_works(session)
        outdated = {
            work.slug: [one for one in work.languages()[1:] if is_outdated(session, work, TEXT, one)]
            for work in works
        }
    now = toolbox().clock()
    states = {work.slug: standing(work.letter, now) if work.letter else None for work in works}
    return render_template("editor/letters.html", works=works, outdated=outdated, states=states, act=ActForm())


@bp.get("/new-letter")
@staff(OWNER)
def new() -> ResponseReturnValue:
    """Ask what a new letter needs; `from` names a letter to copy."""
    form = NewForm(formdata=None)
    today, copy_of = toolbox().clock().date(), request.args.get("from", "")
    form.opens_on.data, form.closes_on.data = today.isoformat(), (today + OPEN_FOR).isoformat()
    form.addressee.data, form.original.data = OWN, FALLBACK
    if copy_of:
        work = work_of(copy_of)
        words = work.words(TEXT, work.original)
        form.copy_of.data, form.title.data, form.addressee_line.data = copy_of, words.title, words.addressee
        form.addressee.data, form.original.data = work.facts.addressee, work.original
    return _new_page(form)


@bp.post("/new-letter")
@staff(OWNER)
def begin() -> ResponseReturnValue:
    """Begin the draft of a new letter, or of a copy; nothing of it is public."""
    form, tools = NewForm(), toolbox()
    with tools.database.read() as session:
        taken = {work.slug for work in all_works(session)}
    words, faults = tidy_words(Words(form.text_of("title"), form.text_of("addressee_line"), "", ""))
    slug = form.text_of("slug").strip() or slug_of(words.title, taken, tools.clock().date())
    faults = {FIELD_OF.get(name, name): sentence for name, sentence in faults.items()}
    faults |= _faults(form, words, slug_fault(slug, taken))
    stamped = form.validate()
    form.show_faults(faults)
    if not stamped or faults:
        return _new_page(form), 422
    try:
        like = work_of(form.text_of("copy_of")) if form.text_of("copy_of") else None
        files = _copied_files(form, slug, words, like) if like else _first_files(form, slug, words)
        with tools.database.write() as session:
            begin_letter(session, slug, files, officer(), like=like, now=tools.clock())
    except ChangedMeanwhile:
        form.show_faults({"slug": slug_fault(slug, {slug})})
        return _new_page(form), 409
    return redirect(url_for("editor.edit", slug=slug, new=1), 303)


@bp.post("/letters/<slug>/discard")
@staff(OWNER)
def discard(slug: str) -> ResponseReturnValue:
    """Throw away what is being written; what is public stays as it is."""
    check_button()
    work = work_of(slug)
    try:
        with toolbox().database.write() as session:
            discard_draft(session, slug, seen=_seen(), by=officer(), now=toolbox().clock())
    except ChangedMeanwhile:
        return redirect(url_for("editor.publish_letter", slug=slug, changed=1), 303)
    return redirect(url_for("editor.letters") if work.letter is None else url_for("editor.edit", slug=slug), 303)


@bp.post("/letters/<slug>/renew")
@staff(OWNER)
def renew(slug: str) -> ResponseReturnValue:
    """Keep what is being written, upon what was published meanwhile from files or at the desk."""
    check_button()
    work = work_of(slug)
    try:
        with toolbox().database.write() as session:
            renew_draft(session, work, officer(), now=toolbox().clock())
    except ChangedMeanwhile:
        return redirect(url_for("editor.publish_letter", slug=slug, changed=1), 303)
    return redirect(url_for("editor.publish_letter", slug=slug), 303)


def work_of(slug: str) -> Work:
    """Return a letter at the desk; answer 404 if there is none."""
    try:
        with toolbox().database.read() as session:
            return find_work(session, slug)
    except NoSuchLetter:
        abort(404)


def _seen() -> int:
    typed = request.form.get("seen", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


def _faults(form: NewForm, words: Words, about_slug: str) -> dict[str, str]:
    faults = {}
    if not words.title:
        faults["title"] = "Say what the letter is called."
    if not words.addressee:
        faults["addressee_line"] = "Say to whom it is written, as the letter should say it."
    if form.text_of("addressee") not in ADDRESSEES:
        faults["addressee"] = "Choose who receives it."
    if about_slug:
        faults["slug"] = about_slug
    days = {}
    for name in ("opens_on", "closes_on"):
        try:
            days[name] = date.fromisoformat(form.text_of(name).strip())
        except ValueError:
            faults[name] = "Write a day, such as 2026-12-31."
    if len(days) == 2 and days["closes_on"] < days["opens_on"]:
        faults["closes_on"] = "This day is before the day on which the letter opens."
    return faults


def _facts(form: NewForm, slug: str, original: str) -> dict[str, Any]:
    days = {name: date.fromisoformat(form.text_of(name).strip()) for name in ("opens_on", "closes_on")}
    return {"slug": slug, "addressee": form.text_of("addressee"), **days, "original": original}


def _first_files(form: NewForm, slug: str, words: Words) -> dict[str, str]:
    """Return the files that a new letter begins with."""
    original = form.text_of("original") if form.text_of("original") in LANGUAGES else FALLBACK
    facts = first_facts(_facts(form, slug, original), words.addressee)
    return {FACTS: facts, text_path(1, original): write_words(words, original, "", 1)}


def _copied_files(form: NewForm, slug: str, words: Words, like: Work) -> dict[str, str]:
    """Return the files of a copy: those of the letter that it is like, with the new title, addressee and days."""
    files, path = copied_files(like.files, slug), text_path(1, like.original)
    facts = _facts(form, slug, like.original)
    changes = {name: value for name, value in facts.items() if name != "original"}
    if facts["addressee"] != like.facts.addressee:
        changes |= {"office": None, "recipients": first_recipients(facts, words.addressee)}
    files[FACTS] = change_toml(files[FACTS], changes)
    mixed = replace(like.words(TEXT, like.original), title=words.title, addressee=words.addressee)
    files[path] = write_words(mixed, like.original, files.get(path, ""), 1)
    return files


def _new_page(form: NewForm) -> str:
    return render_template("editor/new.html", form=form, addressees=RECEIVERS)
