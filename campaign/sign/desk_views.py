"""The desk's page of barred addresses: how many there are; bar one, lift one. No address is ever shown."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.audit.log import write_log
from campaign.desk.rules import OWNER
from campaign.directory.all_views import bp
from campaign.sign.forms import BARRABLE, BarForm, LiftForm
from campaign.sign.rules import BARS, LIFTS
from campaign.sign.service import bar_mailbox, bars, index_everywhere, unbar_address
from campaign.signin.gate_views import index_key
from campaign.web.audience import officer, staff
from campaign.web.toolbox import toolbox


@bp.get("/barred")
@staff()
def barred() -> ResponseReturnValue:
    """Say how many addresses are barred, since when and why."""
    return _page({})


@bp.post("/barred")
@staff(OWNER, fresh=True)
def bar() -> ResponseReturnValue:
    """Bar an address: it gets no mail any more, from any letter."""
    form, tools, key = BarForm(), toolbox(), index_key()
    right = form.validate()
    address = form.address()
    if not right or address is None:
        return _page({"bar": form}), 422
    reason = form.text_of("reason")
    with tools.database.write() as session:
        anew = bar_mailbox(session, key, address, reason, now=tools.clock())
        if anew:
            write_log(session, officer(), "bar", "address", {"why": reason}, now=tools.clock())
    return redirect(url_for("directory.barred", done="barred" if anew else "already"), 303)


@bp.post("/barred/lift")
@staff(OWNER, fresh=True)
def lift() -> ResponseReturnValue:
    """Let an address get mail again."""
    form, tools, key = LiftForm(), toolbox(), index_key()
    right = form.validate()
    address = form.address()
    if not right or address is None:
        return _page({"lift": form}), 422
    with tools.database.write() as session:
        found = unbar_address(session, index_everywhere(key, address), now=tools.clock())
        if found:
            details = {"why": form.text_of("reason")}
            write_log(session, officer(), "unbar", "address", details, now=tools.clock())
    return redirect(url_for("directory.barred", done="lifted" if found else "none"), 303)


def _page(forms: Mapping[str, BarForm]) -> str:
    with toolbox().database.read() as session:
        rows = bars(session)
    return render_template(
        "sign/barred.html",
        rows=rows,
        total=sum(number for _day, _reason, number in rows),
        bar=forms.get("bar") or BarForm(formdata=None),
        lift=forms.get("lift") or LiftForm(formdata=None),
        form=next(iter(forms.values()), None),
        reasons=BARS,
        barrable=BARRABLE,
        lifts=LIFTS,
        done=request.args.get("done", ""),
        owns=officer().role == OWNER,
    )
