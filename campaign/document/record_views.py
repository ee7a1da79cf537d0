"""Record an annex that was printed elsewhere, from its receipt."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from campaign.desk.rules import DELIVERS
from campaign.document import desk_views
from campaign.document.bundle import BundleMalformed, Receipt
from campaign.document.service import record
from campaign.letter.service import NoSuchLetter
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import uploads
from campaign.web.toolbox import toolbox

bp = desk_views.bp
LIMIT = 5 << 20


@bp.get("/record")
@staff(*DELIVERS)
def ask_record() -> ResponseReturnValue:
    """Show the form that takes a receipt."""
    return render_template("document/record.html")


@bp.post("/record")
@staff(*DELIVERS)
@uploads(LIMIT)
def record_annex() -> ResponseReturnValue:
    """Record what was printed, so that a later withdrawal finds it; twice changes nothing."""
    check_button()
    sent, tools = request.files.get("file"), toolbox()
    try:
        printed = Receipt.from_bytes(sent.read() if sent else b"")
        if not printed.annex:  # /verify would call any PDF ours whose hash a receipt names
            raise BundleMalformed
        with tools.database.write() as session:
            gone = record(session, printed, officer(), now=tools.clock())
    except BundleMalformed:
        return render_template("document/record.html", fault="This is not the receipt of an annex."), 422
    except NoSuchLetter as fault:
        return render_template("document/record.html", fault=f"{fault}."), 422
    return render_template("document/record.html", printed=printed, gone=gone)
