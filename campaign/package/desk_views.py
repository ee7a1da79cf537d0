"""The desk's page of packages: order one, see how far it is, stop it, download it."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wsgi import FileWrapper

from campaign.audit.log import write_log
from campaign.desk.rules import DELIVERS
from campaign.document.printing import NoSuchDocument, letter_named
from campaign.document.rules import PAPERS, paper_of
from campaign.letter.service import all_letters, current_text
from campaign.package.builds import (
    BuildStatus,
    LeaseLost,
    NoSuchBuild,
    ask_build,
    cancel_build,
    find_build,
    find_builds,
)
from campaign.package.folders import zip_of
from campaign.package.forms import EVERYBODY, PackageForm
from campaign.package.orders import Order, recipient_of
from campaign.package.rules import KEPT_FOR
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import saved_as
from campaign.web.toolbox import toolbox
from campaign.world.countries import in_order
from campaign.world.recipients import Recipients

bp = Blueprint("package_desk", __name__, url_prefix="/desk")


@bp.get("/packages")
@staff()
def packages() -> ResponseReturnValue:
    """List the packages that were ordered, and show the form to order one."""
    return _page(PackageForm(formdata=None), "")


@bp.post("/packages")
@staff(*DELIVERS, fresh=True)
def ask() -> ResponseReturnValue:
    """Order a package, or one for each recipient; an order for an unfinished package joins that one."""
    form, tools = PackageForm(), toolbox()
    recipients = tools.recipients  # read before the transaction that writes
    if not form.validate():
        return _page(form, next(iter(form.faults().values()))), 422
    try:
        with tools.database.write() as session:
            orders = _orders(session, form, recipients)
            numbers = [ask_build(session, order, officer(), now=tools.clock()) for order in orders]
    except NoSuchDocument as fault:
        return _page(form, f"This cannot be made: {fault}."), 422
    if len(numbers) == 1:
        return redirect(url_for("package_desk.show", number=numbers[0]), 303)
    return redirect(url_for("package_desk.packages"), 303)


@bp.get("/packages/<int:number>")
@staff()
def show(number: int) -> ResponseReturnValue:
    """Show how far a package is; the page reloads by itself only if the officer chose that."""
    return _build_page(_found(number), "")


@bp.post("/packages/<int:number>/cancel")
@staff(*DELIVERS)
def cancel(number: int) -> ResponseReturnValue:
    """Stop a package that is not finished."""
    check_button()
    tools = toolbox()
    try:
        with tools.database.write() as session:
            cancel_build(session, number, officer(), now=tools.clock())
    except NoSuchBuild:
        abort(404)
    except LeaseLost:
        return _build_page(_found(number), "This package is finished or stopped already."), 422
    return redirect(url_for("package_desk.show", number=number), 303)


@bp.post("/packages/<int:number>/file")
@staff(*DELIVERS, fresh=True)
def download(number: int) -> ResponseReturnValue:
    """Send the zip in pieces, and log which officer downloaded it."""
    check_button()
    tools, shown = toolbox(), _found(number)
    if shown.state != "done" or shown.package is None:
        return _build_page(shown, "There is no file to download."), 422
    path = zip_of(tools.site.packages / shown.package.reference)
    try:
        size, file = path.stat().st_size, path.open("rb")
    except OSError:
        return _build_page(
            shown, "The file is not on this machine. Copy it from the machine on which the worker runs."
        ), 422
    with tools.database.write() as session:
        details = {"reference": shown.package.reference}
        write_log(session, officer(), "package taken", f"letter:{shown.letter.slug}", details, now=tools.clock())
    headers = {**saved_as(path.name), "Content-Length": str(size)}
    return Response(FileWrapper(file), content_type="application/zip", headers=headers)


def _orders(session: Session, form: PackageForm, recipients: Recipients) -> list[Order]:
    """Return the orders in a form: one, or one for each recipient of the letter. Raises NoSuchDocument."""
    letter, again = letter_named(session, form.text_of("letter")), bool(form.again.data)
    everybody = form.text_of("country") == EVERYBODY
    orders = []
    for country in letter.handed_to if everybody else (form.text_of("country"),):
        open_order = Order(letter.slug, country, form.text_of("office"), form.text_of("language"))
        recipient, text = recipient_of(session, recipients, letter, open_order)
        paper = form.text_of("paper") or paper_of(recipient.country)
        orders.append(Order(letter.slug, recipient.country, str(recipient.office), text.language, again, paper))
    return orders


def _found(number: int) -> BuildStatus:
    try:
        with toolbox().database.read() as session:
            return find_build(session, number)
    except NoSuchBuild:
        abort(404)


def _build_page(shown: BuildStatus, fault: str) -> str:
    return render_template(
        "package/build.html",
        shown=shown,
        fault=fault,
        follow="follow" in request.args and shown.state in ("waiting", "building"),
        delivers=officer().role in DELIVERS,
        kept_days=KEPT_FOR.days,
        offices=toolbox().recipients.words,
    )


def _page(form: PackageForm, fault: str) -> str:
    tools = toolbox()
    with tools.database.read() as session:
        opened = all_letters(session)
        letters = [(letter.slug, current_text(session, letter, "en").title) for letter in opened]
        builds = find_builds(session)
    return render_template(
        "package/packages.html",
        form=form,
        fault=fault,
        letters=letters,
        builds=builds,
        countries=in_order({one.country for one in tools.recipients.every}, "en"),
        naming=[letter for letter in opened if letter.named],
        papers=PAPERS,
        everybody=EVERYBODY,
        delivers=officer().role in DELIVERS,
        kept_days=KEPT_FOR.days,
        offices=tools.recipients.words,
    )
