"""Hold many signatories by one rule: an officer sees them first, and a second one agrees; undo such a hold."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.audit.log import write_log
from campaign.desk.rules import VERIFIES
from campaign.guard.places import AT_ONCE, count_waiting, release_domain, waiting_domains
from campaign.letter.service import all_letters, every_kind
from campaign.review.bulk import check_kind, find_matching
from campaign.review.forms import HoldForm, read_number
from campaign.verify.holds import NoSuchHold, SetChanged, ask_hold, bulk_holds, undo_hold
from campaign.verify.rules import FLOOD, HELD_FOR, REASONS, HoldRule, RuleMalformed, rule_in_words
from campaign.verify.service import OtherCountries
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries

bp = Blueprint("review_hold", __name__, url_prefix="/desk")
SECOND_PERSON = (
    "Nobody is held yet: this takes two people. Ask a colleague to agree under “Second person”. All undecided "
    "signatories who meet the rule at that moment are then held, and you need not come back."
)


@bp.get("/hold")
@staff(*VERIFIES)
def holds() -> ResponseReturnValue:
    """Ask for a rule, and show the earlier holds."""
    return _holds(HoldForm(formdata=None, data=request.args.to_dict()), "")


@bp.post("/hold/preview")
@staff(*VERIFIES)
def preview() -> ResponseReturnValue:
    """Show whom a rule would hold. A POST that changes nothing: a mail domain has no place in a URL."""
    form = HoldForm()
    try:
        return _preview(form, form.rule(toolbox().keys), "")
    except RuleMalformed as malformed:
        return _holds(form, str(malformed)), 422


@bp.post("/hold")
@staff(*VERIFIES)
def hold_many() -> ResponseReturnValue:
    """Ask a second person to hold those whom a preview showed; show it again if they have changed meanwhile."""
    form, tools = HoldForm(), toolbox()
    try:
        rule = form.rule(tools.keys)
        with tools.database.read() as session:
            check_kind(session, rule.kind)
            matched = find_matching(session, tools.keys, rule)
    except RuleMalformed as malformed:
        return _holds(form, str(malformed)), 422
    try:
        if not matched.ids or matched.hash != form.text_of("seen"):
            raise SetChanged
        with tools.database.write() as session:
            ask_hold(session, rule, form.text_of("note"), officer(), now=tools.clock())
    except SetChanged:
        return _preview(form, rule, "Nobody was held: the set has changed meanwhile. This is how it is now."), 409
    except OtherCountries:
        abort(403)
    return _preview(form, rule, SECOND_PERSON), 202


@bp.post("/hold/<int:number>/undo")
@staff(*VERIFIES)
def undo_many(number: int) -> ResponseReturnValue:
    """Undo one bulk hold."""
    check_button()
    try:
        with toolbox().database.write() as session:
            undo_hold(session, number, officer(), now=toolbox().clock())
    except NoSuchHold:
        abort(404)
    except OtherCountries:
        abort(403)
    return redirect(url_for("review_hold.holds", undone=number), 303)


@bp.get("/waiting-mail")
@staff(*VERIFIES)
def waiting_mail() -> ResponseReturnValue:
    """Show the mail domains whose mails wait because of the limit for a domain."""
    with toolbox().database.read() as session:
        return render_template(
            "review/waiting_mail.html",
            domains=waiting_domains(session),
            waiting=count_waiting(session),
            at_once=AT_ONCE,
            done=read_number("done"),
        )


@bp.post("/waiting-mail")
@staff(*VERIFIES)
def let_mail_go() -> ResponseReturnValue:
    """Release the first hundred mails to one domain."""
    check_button()
    with toolbox().database.write() as session:
        done = release_domain(session, request.form.get("domain", ""), now=toolbox().clock())
        if done:
            write_log(session, officer(), "let mail go", "mail", {"count": done}, now=toolbox().clock())
    return redirect(url_for("review_hold.waiting_mail", done=done), 303)


def _holds(form: HoldForm, fault: str) -> str:
    with toolbox().database.read() as session:
        return render_template(
            "review/hold.html",
            form=form,
            fault=fault,
            letters=all_letters(session),
            kinds=every_kind(session),
            all_countries=countries("en"),
            held_for=HELD_FOR,
            bulk=bulk_holds(session),
            in_words=rule_in_words,
            undone=read_number("undone"),
        )


def _preview(form: HoldForm, rule: HoldRule, fault: str) -> str:
    with toolbox().database.read() as session:
        check_kind(session, rule.kind)
        matched = find_matching(session, toolbox().keys, rule)
    return render_template(
        "review/hold_preview.html",
        form=form,
        fault=fault,
        matched=matched,
        rule=rule_in_words(rule.criteria()),
        reason=REASONS[FLOOD],
    )
