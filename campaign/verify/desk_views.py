"""The desk's queue: who waits, who is held, who is decided."""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign.desk.rules import VERIFIES
from campaign.intake.service import origins
from campaign.mail.service import owed_and_refused
from campaign.verify.evidence import mailbox
from campaign.verify.forms import carry, read_filter, read_number
from campaign.verify.notices import waiting_notices
from campaign.verify.queue import count_states, find_cards
from campaign.web.audience import officer, staff
from campaign.web.headers import allow_script
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries, country_name

bp = Blueprint("verify", __name__, url_prefix="/desk")
PAGE = 50


@bp.get("/")
@staff()
def queue() -> ResponseReturnValue:
    """Show who waits, the longest first."""
    wanted, tools = read_filter(), toolbox()
    with tools.database.read() as session:
        cards = find_cards(session, tools.keys, wanted, after=read_number("after"), limit=PAGE)
        counts = count_states(session, wanted)
        numbers = [card.signatory.id for card in cards]
        came, waiting = origins(session, numbers), waiting_notices(session, numbers)
        mails_owed, mails_refused = owed_and_refused(session)
    page = render_template(
        "verify/queue.html",
        cards=cards,
        origins=came,
        waiting=waiting,
        counts=counts,
        mails_owed=mails_owed,
        mails_refused=mails_refused,
        all_countries=countries("en"),
        page=PAGE,
        decides=officer().role in VERIFIES,
        at_the_end="end" in request.args,
        wanted=wanted,
        carry=carry(wanted),
        mailbox=lambda address: mailbox(tools.legislatures, address, tools.clock().date()),
        country_name=lambda code: country_name(code, "en"),
    )
    return allow_script(make_response(page))
