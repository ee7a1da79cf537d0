"""An officer's own choice of the mails that tell them what has happened, and the campaign's clock."""

from zoneinfo import available_timezones

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.rules import OWNER
from campaign.office.alerts import (
    ClockChanged,
    choose_alerts,
    office_clock,
    set_clock,
    unwanted_alerts,
)
from campaign.office.forms import ClockForm
from campaign.office.rules import ALERTS, ClockRefused
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.toolbox import toolbox

bp = Blueprint("office_alerts", __name__, url_prefix="/desk/me/alerts")
CHANGED = "Another owner changed the clock meanwhile. This is how it is now; what you typed was not saved."


@bp.get("")
@staff()
def ask() -> ResponseReturnValue:
    """Show which alerts the officer gets, and the campaign's clock."""
    return _page(None, {})


@bp.post("")
@staff()
def choose() -> ResponseReturnValue:
    """Switch the officer's own alerts on and off."""
    check_button()
    wanted = [kind for kind in ALERTS if request.form.get(kind) == "yes"]
    with toolbox().database.write() as session:
        choose_alerts(session, officer().id, wanted)
    return redirect(url_for("office_alerts.ask", saved=1), 303)


@bp.post("/clock")
@staff(OWNER)
def change_clock() -> ResponseReturnValue:
    """Set the campaign's time zone and the hour of the digest."""
    form, now = ClockForm(), toolbox().clock()
    if not form.validate():
        return _page(form, form.faults()), 422
    zone, _mark, hour = form.text_of("seen").rpartition(" ")
    seen = (zone, int(hour)) if hour.isdecimal() else ("", 0)
    try:
        with toolbox().database.write() as session:
            wanted = form.text_of("time_zone").strip(), int(form.text_of("hour"))
            set_clock(session, *wanted, officer(), seen, now=now)
    except ClockRefused as fault:
        return _page(form, {"time_zone": str(fault)}), 422
    except ClockChanged:
        return _page(None, {"time_zone": CHANGED}), 409
    return redirect(url_for("office_alerts.ask", saved=1), 303)


def _page(form: ClockForm | None, faults: dict[str, str]) -> str:
    with toolbox().database.read() as session:
        unwanted = unwanted_alerts(session, officer().id)
        zone, hour = office_clock(session)
    shown = form or ClockForm(formdata=None, data={"time_zone": zone, "hour": str(hour), "seen": f"{zone} {hour}"})
    return render_template(
        "office/alerts.html",
        alerts=ALERTS,
        unwanted=unwanted,
        form=shown,
        faults=faults,
        zones=sorted(available_timezones()),
        saved="saved" in request.args,
    )
