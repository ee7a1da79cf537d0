"""The desk's page for lists: choose a file, check what would be imported, import it.

Nothing is stored between the two steps: the file is read in memory and travels sealed in the page.
"""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from itertools import islice

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.rules import VERIFIES
from campaign.intake.columns import ColumnsUnclear, choices_of
from campaign.intake.forms import IntakeForm
from campaign.intake.rules import MOST_AT_DESK, ProvenanceMissing, accept_provenance
from campaign.intake.service import Job, LetterStopped, NoSuchIntake, check_going, intakes
from campaign.intake.worker import OpenList, Tally, fingerprint_of, open_list, run_import, undo_import
from campaign.letter.service import NoSuchLetter, all_letters, current_text, every_kind, find_letter
from campaign.sheets.encodings import ENCODINGS, EncodingUnclear
from campaign.sheets.rows import FileRefused, open_sheet
from campaign.sign.rules import VISIBILITIES
from campaign.signin.carried_views import carried_file, kept_file
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import uploads
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries

bp = Blueprint("intake", __name__, url_prefix="/desk")
UPLOAD_LIMIT = 20 << 20
CARRIED = "list"
CHANGED = "This is not the list that you checked: the file, or how it is read, has changed. Check it again, then import it."


class Unreadable(Exception):
    """The list cannot be read; the message says why, and `readings` shows it in each encoding that it may have."""

    def __init__(self, sentence: str, readings: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(sentence)
        self.readings = readings


@dataclass(frozen=True)
class OpenedList:
    """An uploaded list; `mark` is a hash of the file and of how it is read, `kept` the file sealed for the page."""

    job: Job
    source: OpenList
    mark: str
    kept: str


@bp.get("/intake")
@staff(*VERIFIES)
def ask() -> ResponseReturnValue:
    """Show the earlier imports, and the form for another."""
    return _page(IntakeForm(formdata=None), "")


@bp.post("/intake/preview")
@staff(*VERIFIES)
@uploads(UPLOAD_LIMIT)
def preview() -> ResponseReturnValue:
    """Show what would be imported; this writes nothing."""
    form = IntakeForm()
    try:
        opened = _open(form)
    except Unreadable as fault:
        return _page(form, str(fault), fault.readings), 422
    return _preview(form, opened, "")


@bp.post("/intake")
@staff(*VERIFIES)
@uploads(UPLOAD_LIMIT)
def import_list() -> ResponseReturnValue:
    """Import the list that the officer has checked, and no other."""
    form, tools = IntakeForm(), toolbox()
    try:
        opened = _open(form)
    except Unreadable as fault:
        return _page(form, str(fault), fault.readings), 422
    if form.text_of("previewed") != opened.mark:
        return _preview(form, opened, CHANGED), 422
    try:
        tally = run_import(tools.database, opened.job, opened.source, _ignore_tally, now=tools.clock())
    except LetterStopped as fault:
        return _page(form, str(fault)), 409
    return render_template("intake/taken.html", tally=tally, provenance=opened.job.provenance)


@bp.post("/intake/<int:number>/undo")
@staff(*VERIFIES)
def undo(number: int) -> ResponseReturnValue:
    """Erase an import's signatories, except those whom the desk has decided about or delivered."""
    check_button()
    tools = toolbox()
    try:
        removed, stayed = undo_import(tools.database, number, officer(), now=tools.clock())
    except NoSuchIntake:
        abort(404)
    tools.database.truncate_log()
    return redirect(url_for("intake.ask", number=number, removed=removed, stayed=stayed), 303)


def _preview(form: IntakeForm, opened: OpenedList, fault: str) -> str:
    tools = toolbox()
    tally = run_import(tools.database, opened.job, opened.source, _ignore_tally, now=tools.clock(), dry_run=True)
    return render_template(
        "intake/preview.html",
        form=form,
        fault=fault,
        opened=opened,
        tally=tally,
        fields=choices_of(opened.job.letter.kinds),
        **_choices(),
    )


def _open(form: IntakeForm) -> OpenedList:
    """Open the file that came with this request, in memory. Raises Unreadable."""
    if not form.validate():
        raise Unreadable(next(iter(form.faults().values())))
    file = BytesIO(carried_file(CARRIED))
    if not file.getbuffer().nbytes:
        raise Unreadable("Choose the file.")
    try:
        job = _job(form, fingerprint_of(file))
        sheet = open_sheet(file, sheet=form.text_of("sheet"), encoding=form.text_of("encoding"))
        source = open_list(sheet, form.wishes(request.form.to_dict()), form.defaults())
        lines = list(islice(source.rows, MOST_AT_DESK + 1))
    except EncodingUnclear as unclear:
        raise Unreadable(
            "In which encoding is this file? Choose the one in which the names read right.", unclear.readings
        ) from unclear
    except (FileRefused, ColumnsUnclear, ProvenanceMissing) as refused:
        raise Unreadable(str(refused)) from refused
    if len(lines) > MOST_AT_DESK:
        raise Unreadable(
            f"This list has more than {MOST_AT_DESK:,} rows. The operator imports it with flask intake import."
        )
    return OpenedList(job, replace(source, rows=iter(lines)), _mark(form, job, source), kept_file(CARRIED))


def _job(form: IntakeForm, file_sha256: bytes) -> Job:
    tools, language = toolbox(), form.text_of("language")
    if tools.keys is None:
        raise Unreadable("There are no keys on this machine: nothing can be sealed.")
    with tools.database.read() as session:
        try:
            letter = find_letter(session, form.text_of("letter"))
            text = current_text(session, letter, language)
            check_going(session, letter)
        except NoSuchLetter as fault:
            raise Unreadable("Choose the letter.") from fault
        except LetterStopped as fault:
            raise Unreadable(str(fault)) from fault
    if text.language != language:
        raise Unreadable("There is no text of this letter in that language.")
    return Job(letter, text, tools.keys, accept_provenance(form.text_of("provenance")), file_sha256, officer())


def _mark(form: IntakeForm, job: Job, source: OpenList) -> str:
    """Return a hash of what must not change before the import: the file, and how the officer said to read it."""
    fields = [
        form.text_of(name) for name in ("letter", "language", "kind", "country", "visibility", "encoding", "sheet")
    ]
    everything = [job.file_sha256.hex(), job.provenance, *fields, *source.columns.fields]
    return sha256(json.dumps(everything).encode()).hexdigest()


def _page(form: IntakeForm, fault: str, readings: tuple[tuple[str, str], ...] = ()) -> str:
    with toolbox().database.read() as session:
        rows = intakes(session)
    numbers = {name: request.args.get(name, type=int) for name in ("number", "removed", "stayed")}
    return render_template(
        "intake/ask.html",
        form=form,
        fault=fault,
        readings=readings,
        rows=rows,
        undone=numbers,
        kept=kept_file(CARRIED),
        **_choices(),
    )


def _choices() -> dict[str, object]:
    with toolbox().database.read() as session:
        letters, kinds = all_letters(session), every_kind(session)
    return {
        "letters": letters,
        "kinds": kinds,
        "visibilities": VISIBILITIES,
        "all_countries": countries("en"),
        "encodings": tuple(ENCODINGS),
    }


def _ignore_tally(_tally: Tally) -> None:
    """Do nothing: a page is answered once, at the end."""
