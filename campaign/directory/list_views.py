"""Take in a list of offices, after it was checked; send the whole address book as a file.

Nothing is stored between the two steps: the file is read in memory and travels sealed in the page.
"""

from io import BytesIO

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.desk.rules import DELIVERS
from campaign.directory.book import read_offices
from campaign.directory.columns import ColumnsUnclear
from campaign.directory.desk_views import bp
from campaign.directory.forms import ListForm
from campaign.directory.lists import MOST_ROWS, Reading, read_list, write_list
from campaign.directory.offices import change_offices
from campaign.sheets.encodings import ENCODINGS, EncodingUnclear
from campaign.sheets.rows import FileRefused, open_sheet
from campaign.signin.carried_views import carried_file, kept_file
from campaign.signin.gate_views import ConfirmFirst, gate
from campaign.web.audience import officer, staff
from campaign.web.headers import saved_as, uploads
from campaign.web.toolbox import toolbox
from campaign.world.recipients import FIELDS, Recipients
from campaign.world.written import recipients_toml

UPLOAD_LIMIT, CARRIED = 2 << 20, "offices"
MOVED = "The list, or the address book, has changed since you checked it. Check it again, then take it in."


class Unreadable(Exception):
    """The list cannot be read; the message says why, and `readings` shows it in each encoding that it may have."""

    def __init__(self, sentence: str, readings: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(sentence)
        self.readings = readings


@bp.get("/offices/list")
@staff(*DELIVERS)
def ask_list() -> ResponseReturnValue:
    """Show the form that takes a list of offices."""
    return _ask(ListForm(formdata=None), None)


@bp.post("/offices/list/check")
@staff(*DELIVERS)
@uploads(UPLOAD_LIMIT)
def check_list() -> ResponseReturnValue:
    """Show what a list would change; this writes nothing."""
    form = ListForm()
    try:
        with toolbox().database.read() as session:
            return _preview(form, _read(session, form), "")
    except Unreadable as fault:
        return _ask(form, fault), 422


@bp.post("/offices/list")
@staff(*DELIVERS)
@uploads(UPLOAD_LIMIT)
def take_list() -> ResponseReturnValue:
    """Take in the list that the officer has checked, and no other."""
    form, tools = ListForm(), toolbox()
    try:
        gate(DELIVERS, fresh=True)
        with tools.database.write() as session:
            reading = _read(session, form)
            if reading.mark != form.text_of("previewed"):
                return _preview(form, reading, MOVED), 409
            number = change_offices(session, _shipped(), reading.wanted, officer(), now=tools.clock())
    except ConfirmFirst:
        return _stale(form), 428
    except Unreadable as fault:
        return _ask(form, fault), 422
    tools.cache.clear()
    return redirect(url_for("directory.offices", taken=number), 303)


@bp.get("/offices.csv", defaults={"kind": "csv"})
@bp.get("/offices.toml", defaults={"kind": "toml"})
@staff()
def export(kind: str) -> ResponseReturnValue:
    """Send the whole address book, as the list or the file that is read back."""
    with toolbox().database.read() as session:
        listed = read_offices(session, _shipped())
    written = write_list(listed) if kind == "csv" else recipients_toml(listed)
    name = "offices.csv" if kind == "csv" else "recipients.toml"
    content_type = "text/csv; charset=utf-8" if kind == "csv" else "application/toml; charset=utf-8"
    return Response(written.encode(), content_type=content_type, headers=saved_as(name))


def _shipped() -> Recipients:
    return toolbox().shipped.recipients


def _read(session: Session, form: ListForm) -> Reading:
    """Read the list that came with this request, against the address book. Raises Unreadable."""
    if not form.validate():
        raise Unreadable(next(iter(form.faults().values())))
    file = BytesIO(carried_file(CARRIED))
    if not file.getbuffer().nbytes:
        raise Unreadable("Choose the file.")
    encoding = form.text_of("encoding")
    try:
        sheet = open_sheet(file, sheet=form.text_of("sheet"), encoding=encoding if encoding in ENCODINGS else "")
        listed, chosen = read_offices(session, _shipped()), form.chosen(request.form.to_dict())
        return read_list(sheet, listed, chosen, toolbox().clock().date())
    except EncodingUnclear as unclear:
        raise Unreadable(
            "In which encoding is this file? Choose the one in which the names read right.", unclear.readings
        ) from unclear
    except (FileRefused, ColumnsUnclear) as refused:
        raise Unreadable(str(refused)) from refused


def _ask(form: ListForm, fault: Unreadable | None) -> str:
    return render_template(
        "directory/list.html",
        form=form,
        fault=fault,
        kept=kept_file(CARRIED),
        encodings=list(ENCODINGS),
        most=MOST_ROWS,
    )


def _stale(form: ListForm) -> str:
    """Show the checked list again, with the request to confirm first."""
    try:
        with toolbox().database.read() as session:
            return _preview(form, _read(session, form), "", stale=True)
    except Unreadable as fault:
        return _ask(form, fault)


def _preview(form: ListForm, reading: Reading, fault: str, *, stale: bool = False) -> str:
    return render_template(
        "directory/list_preview.html",
        form=form,
        reading=reading,
        fault=fault,
        stale=stale,
        kept=kept_file(CARRIED),
        fields=FIELDS,
    )
