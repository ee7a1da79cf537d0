"""The delivery officer's page."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from campaign.deliver.coverage import GlyphMissing
from campaign.deliver.forms import PrintForm
from campaign.deliver.printing import NoSuchDocument, Wanted, prepare, print_document
from campaign.desk.log import write_log
from campaign.desk.rules import DELIVERS
from campaign.letter.service import current_text, open_letters
from campaign.roll.service import count_roll
from campaign.web.audience import officer, staff
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries

bp = Blueprint("deliver", __name__, url_prefix="/desk")


@bp.get("/deliver")
@staff()
def letters() -> ResponseReturnValue:
    """Show each letter's numbers, and the form that prints it."""
    return _page(PrintForm(formdata=None), "")


@bp.post("/deliver")
@staff(*DELIVERS)
def print_pdf() -> ResponseReturnValue:
    """Print a document, write that down in the log, and hand it over."""
    form, tools = PrintForm(), toolbox()
    if not form.validate():
        return _page(form, "Choose a letter and a language."), 422
    wanted = Wanted(form.said("letter"), form.said("language"), form.said("country"))
    try:
        with tools.database.read() as session:
            document = prepare(session, wanted)
        pdf = print_document(document)
    except NoSuchDocument as fault:
        return _page(form, f"This cannot be printed: {fault}."), 422
    except GlyphMissing as fault:
        return _page(form, f"Nothing was printed: {fault}"), 422
    with tools.database.write() as session:
        details = {
            "country": wanted.country or "all",
            "language": wanted.language,
            "reference": document.reference,
        }
        write_log(session, officer(), "print", f"letter:{wanted.letter}", details, now=tools.clock())
    disposition = f'attachment; filename="{wanted.filename}"'
    return Response(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _page(form: PrintForm, fault: str) -> str:
    with toolbox().database.read() as session:
        rows = [
            (letter, current_text(session, letter, "en"), count_roll(session, letter.id))
            for letter in open_letters(session)
        ]
    return render_template(
        "deliver/letters.html",
        rows=rows,
        form=form,
        fault=fault,
        countries=countries("en"),
        delivers=officer().role in DELIVERS,
    )
