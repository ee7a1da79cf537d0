"""The desk's pages of deliveries: the steps of each, and the form for the next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.deliver.files import LARGEST_FILE, kind, name_of
from campaign.deliver.forms import AnswerForm, DayForm, ReceiptForm, SendForm
from campaign.deliver.life import Life, NoSuchDelivery, find_life, find_lives
from campaign.deliver.rules import CHANNELS, LONGEST_ANSWER, latest_day, paragraphs
from campaign.deliver.steps import (
    LARGEST_PDF,
    Answered,
    Outgoing,
    Posted,
    StepRefused,
    answer_delivery,
    approve_delivery,
    keep_receipt,
    receive_delivery,
    send_delivery,
    undo_step,
)
from campaign.desk.rules import DELIVERS
from campaign.directory.rules import confirmation_told
from campaign.package.folders import zip_of
from campaign.package.manifest import PDF
from campaign.package.verify import Refused, read_package
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import saved_as, uploads
from campaign.web.toolbox import toolbox
from campaign.world.recipients import NoSuchRecipient, Recipient

bp = Blueprint("deliver_desk", __name__, url_prefix="/desk")
NEWEST = 200
BESIDE = 1 << 20  # 20,000 characters, each of up to four bytes, as a form writes them
UPLOAD_LIMIT, FILE_LIMIT = LARGEST_PDF + BESIDE, LARGEST_FILE + BESIDE


@bp.get("/deliveries")
@staff()
def deliveries() -> ResponseReturnValue:
    """List the deliveries, the newest first, and what is next for each."""
    with toolbox().database.read() as session:
        lives = find_lives(session, NEWEST)
    return render_template(
        "deliver/deliveries.html",
        lives=lives,
        channels=CHANNELS,
    )


@bp.get("/deliveries/<int:number>")
@staff()
def show(number: int) -> ResponseReturnValue:
    """Show a delivery's steps, and the form for the next."""
    return _page(number, "")


@bp.post("/deliveries/<int:number>/approve")
@staff(*DELIVERS, fresh=True)
def approve(number: int) -> ResponseReturnValue:
    """Approve it as the second person."""
    check_button()
    return _step(number, lambda session, now: approve_delivery(session, number, officer(), now=now))


@bp.post("/deliveries/<int:number>/send")
@staff(*DELIVERS)
@uploads(UPLOAD_LIMIT)
def send(number: int) -> ResponseReturnValue:
    """Note that it was sent, or let the worker mail it."""
    form = SendForm()
    if not form.validate():
        return _page(number, next(iter(form.faults().values())), send=form), 422
    going = Outgoing(
        form.text_of("channel"),
        form.on(),
        form.text_of("place"),
        form.text_of("note"),
        form.number.data,
        bool(form.again.data),
    )
    if form.mailed:
        posted = _posted(number, form)
        if posted is None:
            return _page(
                number, "Choose its PDF: the package is not, or no longer, on this machine.", send=form
            ), 422
        going = replace(going, posted=posted)
    return _step(number, lambda session, now: send_delivery(session, number, going, officer(), now=now), send=form)


@bp.post("/deliveries/<int:number>/receipt")
@staff(*DELIVERS)
@uploads(FILE_LIMIT)
def keep(number: int) -> ResponseReturnValue:
    """Keep the receipt or photograph of handing it over."""
    form = ReceiptForm()
    if not form.validate() or form.kept is None:
        return _page(number, next(iter(form.faults().values()), "Choose a file.")), 422
    file = form.kept
    return _step(number, lambda session, now: keep_receipt(session, number, file, officer(), now=now))


@bp.get("/deliveries/<int:number>/receipt", defaults={"which": "receipt"})
@bp.get("/deliveries/<int:number>/document", defaults={"which": "document"})
@staff()
def file(number: int, which: str) -> ResponseReturnValue:
    """Give out the receipt of handing over, or the document of the answer."""
    with toolbox().database.read() as session:
        life = _found(session, number)
        kept = life.receipt if which == "receipt" else life.document
        if kept is None:
            abort(404)
        headers = saved_as(name_of(f"{life.delivery.reference}-{which}", kept))
        return Response(kept.content, content_type=kept.media_type, headers=headers)


@bp.post("/deliveries/<int:number>/receive")
@staff(*DELIVERS)
def receive(number: int) -> ResponseReturnValue:
    """Note the day it was received."""
    form = DayForm()
    if not form.validate():
        return _page(number, next(iter(form.faults().values()))), 422
    return _step(number, lambda session, now: receive_delivery(session, number, form.on(), officer(), now=now))


@bp.post("/deliveries/<int:number>/answer")
@staff(*DELIVERS)
@uploads(FILE_LIMIT)
def answer(number: int) -> ResponseReturnValue:
    """Keep an answer, or correct it."""
    form = AnswerForm()
    if not form.validate():
        return _page(number, next(iter(form.faults().values())), answer=form), 422
    answered = Answered(
        form.on(), form.text_of("language"), form.text_of("answer"), bool(form.published.data), form.kept
    )
    return _step(
        number, lambda session, now: answer_delivery(session, number, answered, officer(), now=now), answer=form
    )


@bp.post("/deliveries/<int:number>/undo")
@staff(*DELIVERS)
def undo(number: int) -> ResponseReturnValue:
    """Undo the newest step, which was noted by mistake."""
    check_button()
    return _step(number, lambda session, now: undo_step(session, number, officer(), now=now))


def _step(number: int, act: Callable[[Session, datetime], None], **forms: object) -> ResponseReturnValue:
    """Do a step and show the delivery again, or say why it is refused."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            act(session, tools.clock())
    except NoSuchDelivery:
        abort(404)
    except StepRefused as fault:
        return _page(number, str(fault), **forms), 422
    tools.cache.clear()
    return redirect(url_for("deliver_desk.show", number=number), 303)


def _found(session: Session, number: int) -> Life:
    try:
        return find_life(session, number)
    except NoSuchDelivery:
        abort(404)


def _page(number: int, fault: str, **forms: object) -> str:
    tools = toolbox()
    with tools.database.read() as session:
        life = _found(session, number)
        names = {row.id: row.name for row in session.execute(select(Officer.id, Officer.name))}
    office = _office(life)
    return render_template(
        "deliver/life.html",
        life=life,
        fault=fault,
        names=names,
        delivers=officer().role in DELIVERS,
        send=forms.get("send") or SendForm(formdata=None, address=office.mail if office else ""),
        entry=office,
        confirmed=confirmation_told(office, tools.clock().date()) if office else "",
        answer=forms.get("answer") or _answer_form(life),
        day=DayForm(formdata=None),
        today=tools.clock().date(),
        latest=latest_day(tools.clock()),
        channels=CHANNELS,
        longest=LONGEST_ANSWER,
        paragraphs=paragraphs,
        kind=kind,
        package_kept=life.package is not None and _package_zip(life).is_file(),
        largest_file=LARGEST_FILE >> 20,
    )


def _answer_form(life: Life) -> AnswerForm:
    known = life.answer
    if known is None:
        return AnswerForm(formdata=None, language=life.delivery.language)
    return AnswerForm(
        formdata=None,
        language=known.language,
        answer=known.text,
        published=known.published,
        day=known.answered_on,
    )


def _office(life: Life) -> Recipient | None:
    """Return the entry of the address book to which a package goes, if there is one."""
    if life.package is None:
        return None
    try:
        return toolbox().recipients.find(life.delivery.country, life.package.office)
    except NoSuchRecipient:
        return None


def _posted(number: int, form: SendForm) -> Posted | None:
    """Return what the worker is to mail: the chosen PDF, or that of the package kept here; None without either."""
    if form.pdf.data:
        return Posted(form.text_of("address"), form.pdf.data.read(), toolbox().site.url)
    with toolbox().database.read() as session:
        path = _package_zip(_found(session, number))
    try:
        return Posted(form.text_of("address"), bytes(read_package(path)[PDF]), toolbox().site.url)
    except (OSError, KeyError, Refused):
        return None


def _package_zip(life: Life) -> Path:
    """Return the path of the zip of a package that was made at the desk; the file may be deleted already."""
    return zip_of(toolbox().site.packages / life.delivery.reference)
