"""The pages of parliaments' mail domains: which are listed, until when; list one, review one, end one."""

from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.rules import OWNER
from campaign.directory.book import own_domains, read_parliaments
from campaign.directory.desk_views import bp, history_of
from campaign.directory.forms import DomainForm, day_of
from campaign.directory.parliaments import (
    REVIEWED_FOR,
    SOON,
    NewDomain,
    ask_domain,
    end_domain,
    extend_domain,
    review_faults,
    tidy_domain,
)
from campaign.signin.gate_views import ConfirmFirst, gate
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import uploads
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries, in_order
from campaign.world.legislatures import Chamber, DomainClass, Legislatures, Match

LIMIT = 3 << 20  # a text of a megabyte: the page answers that it is too long


@bp.get("/parliaments")
@staff()
def parliaments() -> ResponseReturnValue:
    """List the parliaments with their domains, and say which have expired or soon will."""
    today = toolbox().clock().date()
    with toolbox().database.read() as session:
        listed, own = read_parliaments(session, _shipped()), own_domains(session)
    there: dict[str, list[Chamber]] = {}
    for chamber in listed.every:
        there.setdefault(chamber.country, []).append(chamber)
    gone = {domain.name for domain in listed.due(today)}
    soon = {domain.name for domain in listed.due(today + SOON)} - gone
    return render_template(
        "directory/parliaments.html",
        rows=[(name, there[code]) for code, name in in_order(there, "en")],
        gone=sorted(gone),
        soon=sorted(soon),
        ended=sorted(own.keys() - listed.matches.keys()),
        own=own,
        owns=officer().role == OWNER,
        asked="asked" in request.args,
        done="done" in request.args,
    )


@bp.get("/parliaments/new")
@staff(OWNER)
def new_domain() -> ResponseReturnValue:
    """Show the form for a domain that is not listed yet."""
    until = toolbox().clock().date() + REVIEWED_FOR
    return _new_page(DomainForm(formdata=None, holds=DomainClass.MIXED, until=until.isoformat()))


@bp.post("/parliaments/new")
@staff(OWNER)
@uploads(LIMIT)
def add_domain() -> ResponseReturnValue:
    """Ask a second person to agree that a domain is listed."""
    form, tools = DomainForm(), toolbox()
    try:
        gate((OWNER,), fresh=True)
    except ConfirmFirst:
        return _new_page(form, stale=True), 428
    with tools.database.read() as session:
        listed = read_parliaments(session, _shipped())
    wanted, faults = tidy_domain(form.typed(), listed, tools.clock().date())
    stamped = form.validate()
    form.show_faults(faults)
    if not stamped or faults:
        return _new_page(form), 422
    with tools.database.write() as session:
        ask_domain(session, wanted, officer(), now=tools.clock())
    return redirect(url_for("desk_approvals.approvals"), 303)


@bp.get("/parliaments/<domain>")
@staff()
def show_domain(domain: str) -> ResponseReturnValue:
    """Show a domain: its chambers, its page, its days and its history."""
    match = _on_record(domain)
    if match is None:
        abort(404)
    until = toolbox().clock().date() + REVIEWED_FOR
    return _page(DomainForm(formdata=None, until=until.isoformat()), match)


@bp.post("/parliaments/<domain>")
@staff(OWNER)
@uploads(LIMIT)
def review_domain(domain: str) -> ResponseReturnValue:
    """List a domain until another day; one that has expired takes two people."""
    form, tools, match = DomainForm(), toolbox(), _on_record(domain)
    try:
        gate((OWNER,), fresh=True)
    except ConfirmFirst:
        if match is None:
            raise
        return _page(form, match, stale=True), 428
    if match is None:
        abort(404)
    source, until = form.text_of("source").strip(), day_of(form.text_of("until"))
    faults = {field: fault for field, fault in review_faults(source, until, tools.clock().date()).items() if fault}
    stamped = form.validate()
    form.show_faults(faults)
    if not stamped or faults:
        return _page(form, match), 422
    return _extend(form, match, source, until)


@bp.post("/parliaments/<domain>/end")
@staff(OWNER, fresh=True)
def end(domain: str) -> ResponseReturnValue:
    """Let a domain prove nothing from now on."""
    check_button()
    tools = toolbox()
    with tools.database.write() as session:
        ended = end_domain(session, _shipped(), domain, officer(), now=tools.clock())
    if not ended:
        abort(404)
    tools.cache.clear()
    return redirect(url_for("directory.parliaments", done=1), 303)


def _extend(form: DomainForm, match: Match, source: str, until: date) -> ResponseReturnValue:
    tools, wanted = toolbox(), NewDomain(match.domain.name, str(match.domain.holds), source, until)
    try:
        with tools.database.write() as session:
            seen, now = day_of(form.text_of("seen")), tools.clock()
            done = extend_domain(session, _shipped(), wanted, seen, officer(), now=now)
    except ChangedMeanwhile:
        now_listed = _on_record(match.domain.name)
        if now_listed is None:
            abort(404)
        return _page(form, now_listed, meanwhile=["its page or its last day"]), 409
    tools.cache.clear()
    return redirect(url_for("directory.parliaments", done=1 if done else None, asked=None if done else 1), 303)


def _shipped() -> Legislatures:
    return toolbox().shipped.legislatures


def _on_record(domain: str) -> Match | None:
    with toolbox().database.read() as session:
        return read_parliaments(session, _shipped()).matches.get(domain)


def _new_page(form: DomainForm, **notices: object) -> str:
    with toolbox().database.read() as session:
        listed = read_parliaments(session, _shipped())
    return render_template(
        "directory/domain_new.html",
        form=form,
        typed=request.method == "POST",
        countries=countries("en"),
        chambers=listed.every,
        **notices,
    )


def _page(form: DomainForm, match: Match, **notices: object) -> str:
    today, typed = toolbox().clock().date(), request.method == "POST"
    with toolbox().database.read() as session:
        history, own = history_of(session, f"domain:{match.domain.name}"), own_domains(session)
    return render_template(
        "directory/domain.html",
        form=form,
        typed=typed,
        match=match,
        expired=match.domain.expires_on <= today,
        soon=match.domain.expires_on <= today + SOON,
        is_own=match.domain.name in own,
        seen=form.text_of("seen") if typed and "meanwhile" not in notices else match.domain.expires_on.isoformat(),
        history=history,
        owns=officer().role == OWNER,
        **notices,
    )
