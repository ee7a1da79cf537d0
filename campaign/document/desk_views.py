"""The page on which deliverers print."""

from collections import Counter

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from campaign.desk.rules import DELIVERS
from campaign.document.forms import BundleForm, PrintForm
from campaign.document.press import NotPrinted
from campaign.document.printing import (
    NoSuchDocument,
    PrintOrder,
    RollMoved,
    TooLong,
    count_ticks,
    export_bundle,
    print_annex,
    print_letter,
    second_person_agreed,
)
from campaign.document.service import deliveries
from campaign.letter.kinds import name_kinds
from campaign.letter.models import Letter
from campaign.letter.service import all_letters, current_text
from campaign.roll.service import count_roll
from campaign.seal.boxes import Opener
from campaign.web.audience import officer, staff
from campaign.web.headers import saved_as
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries, in_order
from campaign.world.recipients import Recipient

SECOND_PERSON = (
    "Nothing was printed yet: this takes two people. Ask a colleague to agree under “Second person”. "
    "Once they have agreed, press again within the day. Only you get the file."
)
bp = Blueprint("document_desk", __name__, url_prefix="/desk")
NEWEST = 50


@bp.get("/deliver")
@staff()
def letters() -> ResponseReturnValue:
    """Show each letter's numbers, the forms that print, and what was printed."""
    return _page(PrintForm(formdata=None), "")


@bp.get("/recipients")
@staff()
def recipients() -> ResponseReturnValue:
    """List the offices that get letters, by country, and the recipients that letters name; files define both."""
    listed = toolbox().recipients
    ministries: dict[str, list[Recipient]] = {}
    groups: dict[str, dict[str, list[str]]] = {}
    for one in listed.every:
        if listed.offices[one.office].heading:
            groups.setdefault(one.office, {}).setdefault(one.language, []).append(one.country)
        else:
            ministries.setdefault(one.country, []).append(one)
    with toolbox().database.read() as session:
        letters = [letter for letter in all_letters(session) if letter.named]
    return render_template(
        "document/recipients.html",
        ministries=[(name, ministries[code]) for code, name in in_order(ministries, "en")],
        groups=[(listed.offices[office].heading, _by_language(there)) for office, there in groups.items()],
        offices=listed.words,
        letters=letters,
    )


def _by_language(there: dict[str, list[str]]) -> dict[str, list[str]]:
    return {language: [name for _code, name in in_order(codes, "en")] for language, codes in there.items()}


@bp.post("/deliver")
@staff(*DELIVERS)
def print_pdf() -> ResponseReturnValue:
    """Print a document, record it, and send the file."""
    return _print(annex=False)


@bp.post("/deliver/annex")
@staff(*DELIVERS, fresh=True)
def print_names() -> ResponseReturnValue:
    """Print the annex for one recipient, record it, and send the file, once a second person has agreed."""
    form = PrintForm()
    order = PrintOrder(form.text_of("letter"), form.text_of("language"), form.text_of("country"))
    if form.validate() and not second_person_agreed(toolbox(), f"annex-{order.filename}", order.letter, officer()):
        return _page(form, SECOND_PERSON), 202
    return _print(annex=True)


@bp.post("/deliver/bundle")
@staff(*DELIVERS, fresh=True)
def hand_bundle() -> ResponseReturnValue:
    """Send the sealed entries, for the machine that holds the private key, and log it; needs a second person."""
    form = BundleForm()
    if not form.validate():
        return _page(PrintForm(formdata=None), "Choose a letter."), 422
    if not second_person_agreed(toolbox(), f"{form.text_of('letter')}.bundle", form.text_of("letter"), officer()):
        return _page(PrintForm(formdata=None), SECOND_PERSON), 202
    try:
        bundle = export_bundle(toolbox(), form.text_of("letter"), officer())
    except NoSuchDocument as fault:
        return _page(PrintForm(formdata=None), f"There is no bundle: {fault}."), 422
    return _file(bundle.to_bytes(), f"{bundle.letter}.bundle", "application/json")


def _print(*, annex: bool) -> ResponseReturnValue:
    form = PrintForm()
    if not form.validate():
        return _page(form, "Choose a letter and a language."), 422
    order = PrintOrder(form.text_of("letter"), form.text_of("language"), form.text_of("country"))
    try:
        if annex:
            printed, _opened = print_annex(toolbox(), order, _opener(), officer())
        else:
            printed = print_letter(toolbox(), order, officer())
    except NoSuchDocument as fault:
        return _page(form, f"This cannot be printed: {fault}."), 422
    except (NotPrinted, RollMoved, TooLong) as fault:
        return _page(form, f"Nothing was printed: {fault}"), 422
    return _file(printed.pdf, f"annex-{order.filename}" if annex else order.filename, "application/pdf")


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, content_type=kind, headers=saved_as(name))


def _page(form: PrintForm, fault: str) -> str:
    delivers, keys = officer().role in DELIVERS, toolbox().keys
    opens = keys is not None and not keys.high_risk
    with toolbox().database.read() as session:
        rows = [
            (
                letter,
                current_text(session, letter, "en"),
                count_roll(session, letter.id),
                deliveries(session, letter.id, NEWEST),
            )
            for letter in all_letters(session)
        ]
    return render_template(
        "document/letters.html",
        rows=rows,
        name_kinds=name_kinds,
        form=form,
        fault=fault,
        countries=countries("en"),
        delivers=delivers,
        opens=opens,
        ticks={row[0].slug: _ticks(row[0]) for row in rows} if delivers and opens else {},
    )


def _ticks(letter: Letter) -> list[tuple[str, str, int]]:
    """Return (key, name, how many) of each recipient that listed withheld signatories ticked."""
    ticks: Counter[str] = count_ticks(toolbox(), letter.slug, _opener())
    return [(key, name, ticks[key]) for key, name in letter.in_order(ticks, "en")]


def _opener() -> Opener:
    keys = toolbox().keys
    return keys.opener if keys else Opener(())
