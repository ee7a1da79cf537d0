"""The pages on which a letter's words are written and translated, with a preview beside them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from campaign.desk.rules import OWNER
from campaign.editor.clipboard import markdown_of
from campaign.editor.desk_views import bp, work_of
from campaign.editor.forms import WordsForm
from campaign.editor.pages import Words, read_words, tidy_words, write_words
from campaign.editor.paste import clean_paste, looks_pasted
from campaign.editor.rules import BACKGROUND, TEXT, UPDATE
from campaign.editor.service import Work, is_outdated, made_from, note_source, save_work
from campaign.editor.settings import mark_draft
from campaign.editor.versions import Difference, compare_pages
from campaign.letter.folder import FACTS
from campaign.letter.markdown import to_html
from campaign.letter.rules import LetterMalformed
from campaign.web.audience import officer, staff
from campaign.web.headers import allow_script, uploads
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox

SIGNED_OUT: dict[str, Any] = {
    "title": "You are signed out",
    "advice": "Nothing was saved, but everything you typed is kept on this page. Sign in at the desk in another tab of "
    "this browser. Then come back here and send it again.",
    "code": 401,
}
LIMIT = 4 << 20  # a text of a megabyte, sent as a form: the page answers that it is too long


View = Callable[..., ResponseReturnValue]


def keeps_words(view: View) -> View:
    """Keep what an officer typed whose session is over by now: a long text takes longer than a session. Write it on top."""

    @wraps(view)
    def keeping(**values: Any) -> ResponseReturnValue:
        try:
            return view(**values)
        except HTTPException as fault:
            if fault.response is None or not request.form.get("body"):
                raise
            page = render_template("web/not_saved.html", **SIGNED_OUT, sent=list(request.form.items(multi=True)))
            return page, SIGNED_OUT["code"]

    return keeping


@dataclass(frozen=True)
class Page:
    """One page of a letter in one language, as it is at the desk."""

    work: Work
    name: str
    language: str

    @property
    def path(self) -> str:
        """Return the path of its file."""
        return self.work.path(self.name, self.language)

    @property
    def is_original(self) -> bool:
        """Say whether it is in the language that the letter was written in."""
        return self.language == self.work.original

    @property
    def mark(self) -> str:
        """Return the state of what this page changes; a translation is marked as a draft in letter.toml."""
        return self.work.mark(self.path) + ("-draft" if self.language in self.work.facts.drafts else "")

    @property
    def address(self) -> str:
        """Return the address at which it is written."""
        if self.name.startswith(UPDATE):
            update = self.name.removeprefix(UPDATE)
            return url_for("editor.update", slug=self.work.slug, update=update, language=self.language)
        if self.name == BACKGROUND:
            return url_for("editor.background", slug=self.work.slug, language=self.language)
        if self.is_original:
            return url_for("editor.edit", slug=self.work.slug)
        return url_for("editor.translate", slug=self.work.slug, language=self.language)

    def beside(self, language: str) -> "Page":
        """Return the same page in another language."""
        return replace(self, language=language)


@bp.get("/letters/<slug>")
@staff()
def edit(slug: str) -> ResponseReturnValue:
    """Show the text in the language that it was written in, and the way to everything else of the letter."""
    work = work_of(slug)
    return show_page(Page(work, TEXT, work.original), WordsForm(formdata=None))


@bp.post("/letters/<slug>")
@keeps_words
@staff(OWNER)
@uploads(LIMIT, fields=LIMIT)
def change(slug: str) -> ResponseReturnValue:
    """Save the text in the language that it was written in."""
    work = work_of(slug)
    return change_page(Page(work, TEXT, work.original))


@bp.get("/letters/<slug>/in/<lang:language>")
@staff()
def translate(slug: str, language: str) -> ResponseReturnValue:
    """Show a translation beside the original, with what changed in the original since."""
    return show_page(Page(work_of(slug), TEXT, language), WordsForm(formdata=None))


@bp.post("/letters/<slug>/in/<lang:language>")
@keeps_words
@staff(OWNER)
@uploads(LIMIT, fields=LIMIT)
def change_translation(slug: str, language: str) -> ResponseReturnValue:
    """Save a translation."""
    return change_page(Page(work_of(slug), TEXT, language))


@bp.get("/letters/<slug>/background/<lang:language>")
@staff()
def background(slug: str, language: str) -> ResponseReturnValue:
    """Show the background with its sources; a translation beside the original."""
    return show_page(Page(work_of(slug), BACKGROUND, language), WordsForm(formdata=None))


@bp.post("/letters/<slug>/background/<lang:language>")
@keeps_words
@staff(OWNER)
@uploads(LIMIT, fields=LIMIT)
def change_background(slug: str, language: str) -> ResponseReturnValue:
    """Save the background."""
    return change_page(Page(work_of(slug), BACKGROUND, language))


@bp.post("/letter-preview")
@staff()
@uploads(LIMIT, fields=LIMIT)
def preview_words() -> ResponseReturnValue:
    """Show what was typed as readers will see it: the script asks while an owner types. Nothing is saved."""
    words, _faults = tidy_words(Words(body=request.form.get("body", "")))
    return render_template("editor/words.html", body=to_html(words.body))


@bp.post("/letter-paste")
@staff()
@uploads(LIMIT, fields=LIMIT)
def clean_words() -> ResponseReturnValue:
    """Return what was pasted as Markdown: the script asks when an owner pastes. Nothing is saved."""
    html, plain = request.form.get("html", ""), request.form.get("plain", "")
    return Response(markdown_of(html) if html else clean_paste(plain), content_type="text/plain; charset=utf-8")


def change_page(page: Page) -> ResponseReturnValue:
    """Save what was typed, or show the page again with all of it."""
    form = WordsForm()
    words, faults = tidy_words(form.words())
    if form.text_of("act") == "clean":
        form.put(replace(words, body=clean_paste(words.body)))
        return show_page(page, form, cleaned=True)
    stamped = form.validate()
    form.show_faults(faults)
    if not stamped or faults:
        return show_page(page, form), 422
    form.put(words)
    return _save(page, form, words)


def _save(page: Page, form: WordsForm, words: Words) -> ResponseReturnValue:
    tools = toolbox()
    try:
        if form.text_of("mark") != page.mark:
            raise ChangedMeanwhile
        with tools.database.write() as session:
            save_work(session, page.work, _changes(page, form, words), officer(), now=tools.clock())
            if not page.is_original:
                note_source(session, page.work, page.name, page.language, words)
    except ChangedMeanwhile:
        page = replace(page, work=work_of(page.work.slug))
        return show_page(page, form, meanwhile=_meanwhile(page, words)), 409
    except LetterMalformed as fault:
        form.show_faults({"body": f"{fault.sentence}."})
        return show_page(page, form), 422
    return redirect(f"{page.address}?saved=1", 303)


def _changes(page: Page, form: WordsForm, words: Words) -> dict[str, str | None]:
    """Return the files to change; a page that is left empty, or was never written, has none."""
    work, before = page.work, page.work.source(page.name, page.language)
    version = work.facts.version if page.name == TEXT else None
    empty = words == Words() and not (page.name == TEXT and page.is_original)
    source = None if empty else write_words(words, page.language, before, version)
    changes: dict[str, str | None] = {page.path: source}
    if page.name == TEXT and not page.is_original:
        marked = bool(form.draft.data) and not empty
        changes[FACTS] = mark_draft(work.files[FACTS], sorted(work.facts.drafts), page.language, is_draft=marked)
    return changes


def _meanwhile(page: Page, words: Words) -> Difference:
    """Return how what was typed differs from what another person saved."""
    now = page.work.source(page.name, page.language)
    return compare_pages(now, write_words(words, page.language, now, None), page.language)


def show_page(
    page: Page, form: WordsForm, *, meanwhile: Difference | None = None, cleaned: bool = False
) -> Response:
    """Show what was typed, or before that what is saved.

    The page keeps the state that the owner began with, until it has told them of a newer one: a second attempt must
    not overwrite what they never saw.
    """
    work, typed = page.work, request.method == "POST"
    said = form.words() if typed else work.words(page.name, page.language)
    marked = bool(form.draft.data) if typed else page.language in work.facts.drafts
    with toolbox().database.read() as session:
        source = "" if page.is_original else made_from(session, work, page.name, page.language)
        outdated = {
            (name, one): is_outdated(session, work, name, one)
            for name in {TEXT, BACKGROUND, page.name}
            for one in work.languages(name)
        }
    original = work.source(page.name, work.original)
    answer = make_response(
        render_template(
            "editor/text.html",
            form=form,
            page=page,
            work=work,
            said=said,
            marked=marked
            or (not typed and not page.is_original and not page.work.source(page.name, page.language)),
            mark=page.mark if not typed or meanwhile is not None else form.text_of("mark"),
            body=to_html(said.body),
            original=read_words(original),
            since=compare_pages(source, original, work.original) if source else None,
            outdated=outdated,
            pasted=looks_pasted(said.body),
            cleaned=cleaned,
            meanwhile=meanwhile,
            saved="saved" in request.args,
            is_new="new" in request.args,
        )
    )
    return allow_script(answer)
