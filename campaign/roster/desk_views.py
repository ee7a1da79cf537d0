"""The desk's page of rosters: which stand; check a file that a parliament published, and take it in.

A roster says where a member is asked whether they signed, so taking one in takes two people. Nothing is stored
between the steps: the file travels sealed in the page.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.approvals import ApprovalRequest, use_or_ask
from campaign.desk.rules import OWNER, ROSTER
from campaign.roster.forms import RosterForm
from campaign.roster.members import MemberList, read_members
from campaign.roster.service import (
    RosterChange,
    RosterHeading,
    compare_roster,
    find_roster,
    rosters,
    update_roster,
)
from campaign.sheets.encodings import EncodingUnclear
from campaign.sheets.rows import FileRefused
from campaign.signin.carried_views import carried_file, kept_file
from campaign.signin.gate_views import ConfirmFirst, gate
from campaign.web.audience import officer, staff
from campaign.web.headers import uploads
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries, country_name

bp = Blueprint("roster_desk", __name__, url_prefix="/desk")
UPLOAD_LIMIT, CARRIED, SHOWN = 5 << 20, "roster", 20
SECOND_PERSON = (
    "Nothing was taken in yet: this takes two people. Ask a colleague to agree under “Second person”. "
    "Once they have agreed, press again within the day, with the same file."
)
MOVED = "The file, or what you said of it, has changed since you checked it. Check it again."


class Unreadable(Exception):
    """The file cannot be taken in; the message says why."""


@dataclass(frozen=True)
class OpenedRoster:
    """A file that can be taken in, and what it would change."""

    heading: RosterHeading
    listed: MemberList
    change: RosterChange

    @property
    def mark(self) -> str:
        """Return a hash of the file, of what is said of it, and of what it would change."""
        return sha256(repr((self.heading, self.change)).encode()).hexdigest()

    def request(self) -> ApprovalRequest:
        """Return what two people agree to."""
        heading, change = self.heading, self.change
        sha256_of_file = heading.file_sha256.hex()
        told = (
            f"{heading.chamber[:60]} ({country_name(heading.country, 'en')[:40]}), as of {heading.on:%d %b %Y}: "
            f"{len(self.listed.members)} members, {len(change.new)} new, {len(change.gone)} gone; "
            f"published at {heading.source[:70]}; SHA-256 of the file {sha256_of_file[:16]}"
        )
        payload = [heading.country, heading.chamber, heading.source, heading.on.isoformat(), sha256_of_file]
        return ApprovalRequest(ROSTER, f"roster:{heading.country}", payload, told)


@bp.get("/rosters")
@staff()
def show() -> ResponseReturnValue:
    """List the rosters, and show an owner the form for a file."""
    return _page(RosterForm(formdata=None), "")


@bp.post("/rosters/check")
@staff(OWNER)
@uploads(UPLOAD_LIMIT)
def check() -> ResponseReturnValue:
    """Show how a file differs from the chamber's roster; this writes nothing."""
    form = RosterForm()
    try:
        return _preview(form, _open(form), "")
    except Unreadable as fault:
        return _page(form, str(fault)), 422


@bp.post("/rosters")
@staff(OWNER)
@uploads(UPLOAD_LIMIT)
def take() -> ResponseReturnValue:
    """Make the checked file the chamber's roster, once a second person has agreed."""
    form, stale = RosterForm(), False
    try:
        gate((OWNER,), fresh=True)
    except ConfirmFirst:
        stale = True
    try:
        opened = _open(form)
    except Unreadable as fault:
        return _page(form, str(fault)), 428 if stale else 422
    return (_preview(form, opened, "", stale=True), 428) if stale else _take(form, opened)


def _take(form: RosterForm, opened: OpenedRoster) -> ResponseReturnValue:
    tools = toolbox()
    if opened.mark != form.text_of("previewed"):
        return _preview(form, opened, MOVED), 409
    with tools.database.write() as session:
        agreed = use_or_ask(session, opened.request(), officer(), now=tools.clock())
        if agreed:
            update_roster(session, opened.heading, opened.listed.members, officer(), now=tools.clock())
    if not agreed:
        return _preview(form, opened, SECOND_PERSON), 202
    return redirect(url_for("roster_desk.show", taken=len(opened.listed.members)), 303)


def _open(form: RosterForm) -> OpenedRoster:
    """Read the file that came with this request. Raises Unreadable."""
    content = carried_file(CARRIED)
    if not form.validate():
        raise Unreadable(next(iter(form.faults().values())))
    if not content:
        raise Unreadable("Choose the file.")
    heading = form.heading(content)
    try:
        listed = read_members(BytesIO(content))
    except (FileRefused, EncodingUnclear) as fault:
        raise Unreadable(str(fault)) from fault
    if not listed.members:
        raise Unreadable("No row of this file is a member: the roster stays as it is.")
    with toolbox().database.read() as session:
        standing = find_roster(session, heading.country, heading.chamber)
        change = compare_roster(session, heading, listed.members)
    if standing and heading.on < standing.on and not form.older.data:
        form["on"].errors = [f"The roster that stands is of {standing.on:%d %b %Y}, which is newer."]
        raise Unreadable(form["on"].errors[0])
    return OpenedRoster(heading, listed, change)


def _page(form: RosterForm, fault: str) -> str:
    with toolbox().database.read() as session:
        rows = rosters(session)
    return render_template(
        "roster/rosters.html",
        form=form,
        fault=fault,
        rows=rows,
        kept=kept_file(CARRIED) if request.method == "POST" else "",
        countries=countries("en"),
        chambers=toolbox().legislatures.every,
        owns=officer().role == OWNER,
        taken=request.args.get("taken", type=int),
    )


def _preview(form: RosterForm, opened: OpenedRoster, fault: str, *, stale: bool = False) -> str:
    return render_template(
        "roster/preview.html",
        form=form,
        opened=opened,
        fault=fault,
        stale=stale,
        kept=kept_file(CARRIED),
        shown=SHOWN,
    )
