"""The preview of a letter, and its publication."""

from collections.abc import Callable
from typing import Any

from flask import abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.confirm.rules import answers_until
from campaign.desk.rules import OWNER
from campaign.editor.desk_views import bp, work_of
from campaign.editor.forms import PublishForm
from campaign.editor.pages import with_placeholders
from campaign.editor.rules import BACKGROUND, TEXT, path_in_words
from campaign.editor.service import (
    NotAnswered,
    Work,
    find_work,
    is_outdated,
    publish_work,
    version_changes,
)
from campaign.editor.versions import compare_facts, compare_pages, said_material
from campaign.letter.folder import FACTS, parse
from campaign.letter.keeping import KindSigned, TextSigned, check_office, keep_letter
from campaign.letter.markdown import to_html
from campaign.letter.models import Letter
from campaign.letter.rules import LetterMalformed, read_facts
from campaign.letter.service import NoSuchLetter, current_text, pages_of
from campaign.letter.views import letter_values
from campaign.web.audience import officer, staff
from campaign.web.forms import ActForm
from campaign.web.headers import allow_frames, allow_framing
from campaign.web.languages import speak
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox

WIDTHS = (390, 768, 1440)
REFUSED = (LetterMalformed, TextSigned, KindSigned)
NO_ANSWER = "Say whether this changes what people have signed."
NO_REASON = "Say in one line why this changes nothing that people have signed. Readers see it."
CHANGED = (
    "The draft or the public letter was changed since this page was opened. Nothing was published: look again."
)
PREVIEWS = {"letter.show": "editor.preview_letter", "letter.background": "editor.preview_page"}


@bp.get("/letters/<slug>/preview")
@staff()
def preview(slug: str) -> ResponseReturnValue:
    """Show the ways to look at a letter before it is public: in each language, at three widths."""
    work = work_of(slug)
    tongue = request.args.get("language", work.original)
    languages = work.languages()
    answer = render_template(
        "editor/preview.html",
        work=work,
        languages=languages,
        tongue=tongue if tongue in languages else work.original,
        widths=WIDTHS,
        lacks=work.lacks(),
    )
    return allow_frames(make_response(answer))


@bp.get("/letters/<slug>/preview/<lang:language>")
@staff()
def preview_letter(slug: str, language: str) -> ResponseReturnValue:
    """Show the letter as its readers will see it."""

    def page(session: Session, letter: Letter) -> str:
        values = letter_values(session, letter, current_text(session, letter, language))
        return render_template("editor/preview_letter.html", **values, url_for=_leads_to(slug, language))

    return show_preview(slug, language, page)


@bp.get("/letters/<slug>/preview/<lang:language>/background")
@staff()
def preview_page(slug: str, language: str) -> ResponseReturnValue:
    """Show the background as its readers will see it."""

    def page(session: Session, letter: Letter) -> str:
        found = pages_of(session, letter, language).get(BACKGROUND)
        if found is None:
            abort(404)
        text = current_text(session, letter, language)
        values = {"letter": letter, "letter_text": text, "page": found, "body": to_html(found.body)}
        return render_template("editor/preview_page.html", **values, url_for=_leads_to(slug, language))

    return show_preview(slug, language, page)


@bp.get("/letters/<slug>/publish")
@staff()
def publish_letter(slug: str) -> ResponseReturnValue:
    """Show what publishing changes, and what is still missing."""
    return _publish_page(work_of(slug), PublishForm(formdata=None))


@bp.post("/letters/<slug>/publish")
@staff(OWNER, fresh=True)
def publish_now(slug: str) -> ResponseReturnValue:
    """Publish what is being written, or say why not."""
    form, work = PublishForm(), work_of(slug)
    refusal, status = _publish(form, work)
    if status:
        return _publish_page(work_of(slug), form, refusal), status
    toolbox().cache.clear()
    return redirect(url_for("editor.publish_letter", slug=slug, published=1), 303)


def _publish(form: PublishForm, work: Work) -> tuple[str, int]:
    """Publish; return why not, in a sentence or beside its field, and the status of the answer; 0 if it is done."""
    tools, answer = toolbox(), form.answer()
    if not form.validate():
        return "", 422
    try:
        if form.text_of("mark") != _mark(work):
            raise ChangedMeanwhile
        with tools.database.write() as session:
            letter = publish_work(session, work, officer(), answer, now=tools.clock())
            check_office(letter, tools.recipients.offices)
    except ChangedMeanwhile:
        return CHANGED, 409
    except (NotAnswered, *REFUSED) as fault:
        if isinstance(fault, NotAnswered):
            form.show_faults({"reason": NO_REASON} if answer.material is False else {"material": NO_ANSWER})
        return f"{fault}." if str(fault) else "", 422
    return "", 0


def _publish_page(work: Work, form: PublishForm, refusal: str = "") -> str:
    with toolbox().database.read() as session:
        changes_of_version = version_changes(session, work)
        outdated = [
            (name, one)
            for name in (TEXT, BACKGROUND)
            for one in work.languages(name)[1:]
            if is_outdated(session, work, name, one)
        ]
    files = sorted(path for path in work.changed if path != FACTS)
    changes = [
        (path, path in work.public, path in work.files, compare_pages(
            work.public.get(path, ""), work.files.get(path, ""), path.rpartition("/")[2].removesuffix(".md")))
        for path in files
    ]  # fmt: skip
    return render_template(
        "editor/publish.html",
        work=work,
        form=form,
        refusal=refusal,
        mark=_mark(work),
        new_version=read_facts(changes_of_version[FACTS] or "").version if changes_of_version else None,
        too_late=work.letter is not None and toolbox().clock() >= answers_until(work.letter),
        path_in_words=path_in_words,
        outdated=outdated,
        lacks=work.lacks(),
        changes=changes,
        facts=compare_facts(work.public.get(FACTS, ""), work.files[FACTS]) if work.letter else [],
        act=ActForm(),
        published="published" in request.args,
        changed="changed" in request.args,
    )


def _mark(work: Work) -> str:
    return work.mark(*sorted(work.files)) + f"-{work.seen}"


def show_preview(slug: str, language: str, page: Callable[[Session, Letter], str]) -> ResponseReturnValue:
    """Let the draft become the letter, show a page of it to this officer, and take it back: nobody else sees it.

    So the preview is what publishing would make, by the same code and the same templates.
    """
    work_of(slug)
    speak(language)
    g.previewing = True
    refusal = ""
    with toolbox().database.write() as session:
        try:
            html = page(session, _as_published(session, slug))
        except (*REFUSED, NoSuchLetter) as fault:
            refusal = str(fault)
        session.rollback()
    if refusal:
        speak("en")
        html = render_template("editor/no_preview.html", work=work_of(slug), refusal=refusal)
    return allow_framing(make_response(html))


def _as_published(session: Session, slug: str) -> Letter:
    work = find_work(session, slug)
    changed = {**work.files, **version_changes(session, work)}
    # A preview asks no question, so a new version is kept as one that asks nobody anew; it is rolled back.
    changed[FACTS] = said_material(changed[FACTS] or "", material=False) if work.letter else changed[FACTS]
    files = with_placeholders({path: said for path, said in changed.items() if said is not None})
    return keep_letter(session, parse(files, work.public), files, now=toolbox().clock())


def _leads_to(slug: str, language: str) -> Callable[..., str]:
    """Return a `url_for` that leads from a preview to other previews of the same letter, where there are any."""

    def address(endpoint: str, **values: Any) -> str:
        if endpoint in PREVIEWS and values.get("slug") == slug:
            return url_for(PREVIEWS[endpoint], slug=slug, language=values.get("language", language))
        return url_for(endpoint, **values)

    return address


def _nowhere(fault: Exception, _endpoint: str, _values: dict[str, Any]) -> str:
    """Lead nowhere from a preview at a door that has no public pages; anywhere else, an unknown address is a fault."""
    if g.get("previewing"):
        return "#"
    raise fault


bp.record_once(lambda state: state.app.url_build_error_handlers.append(_nowhere))
