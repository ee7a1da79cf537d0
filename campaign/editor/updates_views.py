"""The updates and the timeline of a letter at the desk: each is written in the draft and published by itself."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.desk.rules import OWNER
from campaign.editor.desk_views import bp, work_of
from campaign.editor.forms import EditorForm, TimelineForm, UpdateForm, WordsForm
from campaign.editor.publish_views import CHANGED, REFUSED, show_preview
from campaign.editor.rules import UPDATE, free_update, updates_in
from campaign.editor.service import Work, check_facts, find_work, save_work
from campaign.editor.settings import DAY_FAULT, NEW_ROWS, row_fault, timeline_in, typed_timeline
from campaign.editor.text_views import LIMIT, Page, change_page, show_page
from campaign.editor.versions import compare_pages
from campaign.letter.drafts import publish_part
from campaign.letter.folder import FACTS, check_path
from campaign.letter.markdown import to_html
from campaign.letter.models import Letter
from campaign.letter.rules import LetterMalformed
from campaign.letter.service import current_text, pages_of
from campaign.letter.standing import standing
from campaign.letter.writing import change_toml
from campaign.web.audience import officer, staff
from campaign.web.forms import ActForm, check_button
from campaign.web.headers import uploads
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox
from campaign.world.timeline import WHATS

FULL, TIMELINE = "This day has no room for another update.", "timeline"


@bp.get("/letters/<slug>/updates")
@staff()
def updates(slug: str) -> ResponseReturnValue:
    """List the updates of a letter, the newest first, with those that are being written."""
    return _list_page(work_of(slug), UpdateForm(formdata=None))


@bp.post("/letters/<slug>/updates")
@staff(OWNER)
def new_update(slug: str) -> ResponseReturnValue:
    """Begin an update of a day: its page opens, and nothing is saved before it has words."""
    work, form = work_of(slug), UpdateForm()
    name, fault = _name_for(work, form.text_of("day"))
    stamped = form.validate()
    form.show_faults({"day": fault} if fault else {})
    if not stamped or fault:
        return _list_page(work, form), 422
    return redirect(url_for("editor.update", slug=slug, update=name, language=work.original), 303)


@bp.get("/letters/<slug>/updates/<update>/<lang:language>")
@staff()
def update(slug: str, update: str, language: str) -> ResponseReturnValue:
    """Show an update; a translation beside the original."""
    return show_page(_page(slug, update, language), WordsForm(formdata=None))


@bp.post("/letters/<slug>/updates/<update>/<lang:language>")
@staff(OWNER)
@uploads(LIMIT, fields=LIMIT)
def change_update(slug: str, update: str, language: str) -> ResponseReturnValue:
    """Save an update in the draft."""
    return change_page(_page(slug, update, language))


@bp.get("/letters/<slug>/updates/<update>/preview/<lang:language>")
@staff()
def preview_update(slug: str, update: str, language: str) -> ResponseReturnValue:
    """Show an update as its readers will see it."""
    _page(slug, update, language)

    def page(session: Session, letter: Letter) -> str:
        found = pages_of(session, letter, language).get(f"{UPDATE}{update}")
        if found is None:
            abort(404)
        text = current_text(session, letter, language)
        return render_template(
            "editor/preview_page.html", letter=letter, letter_text=text, page=found, body=to_html(found.body)
        )

    return show_preview(slug, language, page)


@bp.get("/letters/<slug>/updates/<update>")
@staff()
def update_day(slug: str, update: str) -> ResponseReturnValue:
    """Show what of an update differs from what is public, and from which day readers see it."""
    return _update_page(_known(work_of(slug), update), update, UpdateForm(formdata=None))


@bp.post("/letters/<slug>/updates/<update>")
@staff(OWNER, fresh=True)
def publish_update(slug: str, update: str) -> ResponseReturnValue:
    """Publish an update, at once or from a later day on; what else is being written stays a draft."""
    work, form = _known(work_of(slug), update), UpdateForm()
    name, fault = _moved(work, update, form)
    stamped = form.validate()
    form.show_faults({"day": fault} if fault else {})
    if not stamped or fault:
        return _update_page(work, update, form), 422
    refusal, status = _publish(
        form, work, work.mark(*work.of_update(update)), work.to_publish(update, name, _today(work))
    )
    if status:
        return _update_page(_known(work_of(slug), update), update, form, refusal), status
    return redirect(url_for("editor.update_day", slug=slug, update=name, published=1), 303)


@bp.post("/letters/<slug>/updates/<update>/discard")
@staff(OWNER)
def discard_update(slug: str, update: str) -> ResponseReturnValue:
    """Throw away what is being written of an update; what is public of it stays."""
    check_button()
    work = _known(work_of(slug), update)
    back = {path: work.public.get(path) for path in work.of_update(update)}
    try:
        with toolbox().database.write() as session:
            save_work(session, work, back, officer(), now=toolbox().clock())
    except ChangedMeanwhile:
        return redirect(url_for("editor.updates", slug=slug, changed=1), 303)
    return redirect(url_for("editor.updates", slug=slug, discarded=1), 303)


@bp.get("/letters/<slug>/timeline/<lang:language>")
@staff()
def timeline(slug: str, language: str) -> ResponseReturnValue:
    """Show the timeline's own entries as a table; in another language than the original, only their words."""
    return _timeline_page(work_of(slug), language, TimelineForm(formdata=None))


@bp.post("/letters/<slug>/timeline/<lang:language>")
@staff(OWNER)
def change_timeline(slug: str, language: str) -> ResponseReturnValue:
    """Save the entries in the draft."""
    work, form = work_of(slug), TimelineForm()
    typed = _typed(work, language)
    source = change_toml(work.files[FACTS], {TIMELINE: list(typed.values()) or None})
    stamped = form.validate()
    try:
        check_facts(source)
        if stamped and form.text_of("mark") != work.mark(FACTS):
            raise ChangedMeanwhile
        if stamped:
            with toolbox().database.write() as session:
                save_work(session, work, {FACTS: source}, officer(), now=toolbox().clock())
            return redirect(url_for("editor.timeline", slug=slug, language=language, saved=1), 303)
    except LetterMalformed as fault:
        form.show_faults({"entries": row_fault(fault, list(typed))})
    except ChangedMeanwhile:
        return _timeline_page(work_of(slug), language, form, meanwhile=True), 409
    return _timeline_page(work, language, form), 422


@bp.post("/letters/<slug>/timeline")
@staff(OWNER, fresh=True)
def publish_timeline(slug: str) -> ResponseReturnValue:
    """Publish the timeline as it is in the draft; what else is being written stays a draft."""
    work, form = work_of(slug), TimelineForm()
    refusal, status = ("", 422) if not form.validate() else _publish(form, work, work.mark(FACTS), {}, (TIMELINE,))
    if status:
        return _timeline_page(work_of(slug), work.original, form, refusal=refusal), status
    return redirect(url_for("editor.timeline", slug=slug, language=work.original, published=1), 303)


def _publish(
    form: EditorForm, work: Work, mark: str, changes: Mapping[str, str | None], keys: Collection[str] = ()
) -> tuple[str, int]:
    """Publish part of the draft; return why not, in a sentence, and the status of the answer; 0 if it is done."""
    tools = toolbox()
    if work.letter is None:
        return "The letter is not public yet. This is published with it.", 422
    try:
        if form.text_of("mark") != mark:
            raise ChangedMeanwhile
        with tools.database.write() as session:
            save_work(session, work, changes, officer(), now=tools.clock())
            seen = find_work(session, work.slug).seen
            publish_part(session, work.slug, list(changes), keys, by=officer(), now=tools.clock(), seen=seen)
    except ChangedMeanwhile:
        return CHANGED, 409
    except REFUSED as fault:
        return f"{fault}.", 422
    tools.cache.clear()
    return "", 0


def _page(slug: str, update: str, language: str) -> Page:
    """Return the page of an update in one language; answer 404 if no update can have this name."""
    try:
        check_path(f"updates/{update}/{language}.md")
    except LetterMalformed:
        abort(404)
    return Page(work_of(slug), f"{UPDATE}{update}", language)


def _today(work: Work) -> date:
    """Return the day in the letter's time zone."""
    now = toolbox().clock()
    return standing(work.letter, now).today if work.letter else now.date()


def _known(work: Work, update: str) -> Work:
    if update not in updates_in({*work.files, *work.public}):
        abort(404)
    return work


def _name_for(work: Work, day: str) -> tuple[str, str]:
    """Return a free name for an update of a day, or a sentence why there is none."""
    try:
        name = free_update({*work.files, *work.public}, date.fromisoformat(day.strip()))
    except ValueError:
        return "", DAY_FAULT
    return name, "" if name else FULL


def _moved(work: Work, update: str, form: UpdateForm) -> tuple[str, str]:
    """Return the name of an update after its day was typed, or a sentence; one that is public keeps its address."""
    day = form.text_of("day").strip()
    if update in updates_in(work.public) or day == update[:10]:
        return update, ""
    return _name_for(work, day)


def _list_page(work: Work, form: UpdateForm) -> str:
    names, changed = updates_in({*work.files, *work.public}), updates_in(work.changed)
    return render_template(
        "editor/updates.html",
        work=work,
        form=form,
        day=form.text_of("day") or _today(work).isoformat(),
        rows=[
            (name, Page(work, f"{UPDATE}{name}", work.original), name in updates_in(work.public), name in changed)
            for name in names
        ],
    )


def _update_page(work: Work, update: str, form: UpdateForm, refusal: str = "") -> str:
    paths = [path for path in work.of_update(update) if work.files.get(path) != work.public.get(path)]
    languages = {path: path.rpartition("/")[2].removesuffix(".md") for path in work.of_update(update)}
    changes = [
        (languages[path], path in work.public, path in work.files,
         compare_pages(work.public.get(path, ""), work.files.get(path, ""), languages[path]))
        for path in paths
    ]  # fmt: skip
    return render_template(
        "editor/update.html",
        work=work,
        page=Page(work, f"{UPDATE}{update}", work.original),
        update=update,
        form=form,
        refusal=refusal,
        public=update in updates_in(work.public),
        languages=list(languages.values()),
        changes=changes,
        mark=work.mark(*work.of_update(update)),
        day=form.text_of("day") or update[:10],
        act=ActForm(),
    )


def _typed(work: Work, language: str) -> dict[int, dict[str, Any]]:
    before = timeline_in(work.files[FACTS])
    return typed_timeline(request.form, before, language, whole=language == work.original)


def _timeline_page(
    work: Work, language: str, form: TimelineForm, *, meanwhile: bool = False, refusal: str = ""
) -> str:
    typed = request.method == "POST" and "said-0" in request.form
    entries = timeline_in(work.files[FACTS])
    blank: list[dict[str, Any]] = [{}] * (NEW_ROWS if language == work.original else 0)
    rows = [
        {name: request.form.get(f"{name}-{row}", "") for name in ("on", "what", "said", "source")}
        if typed
        else {"on": str(entry.get("on", "")), "what": entry.get("what", ""),
              "said": entry.get("said", {}).get(language, ""), "source": entry.get("source", "")}
        for row, entry in enumerate([*entries, *blank])
    ]  # fmt: skip
    return render_template(
        "editor/timeline.html",
        work=work,
        tongue=language,
        form=form,
        rows=rows,
        entries=entries,
        whats=WHATS,
        mark=form.text_of("mark") if typed and not meanwhile else work.mark(FACTS),
        meanwhile=meanwhile,
        refusal=refusal,
        differs=work.letter is not None and entries != timeline_in(work.public.get(FACTS, "")),
    )
