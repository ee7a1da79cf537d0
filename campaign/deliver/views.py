"""The public pages of deliveries: what was handed over to which recipient, and the answers."""

from typing import Any

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from campaign.deliver.files import kind, name_of
from campaign.deliver.life import Life, public_lives, published_document
from campaign.deliver.reach import Reach, find_reach
from campaign.deliver.rules import paragraphs
from campaign.letter.models import Letter
from campaign.letter.views import public_letter, shown_letter, stands_now
from campaign.roll.maps import Map, MapKind, of_kinds
from campaign.roll.picture_views import answer_map
from campaign.web.audience import anyone
from campaign.web.headers import saved_as
from campaign.web.languages import text
from campaign.web.pages import kept
from campaign.web.programs import answer_json
from campaign.web.toolbox import toolbox
from campaign.world.languages import language_name

bp = Blueprint("deliver", __name__)


@bp.get("/<lang:language>/<slug>/deliveries")
@anyone
@kept
def deliveries(language: str, slug: str) -> ResponseReturnValue:
    """Tell, recipient by recipient, what was handed over and what was answered; never an annex, never an hour."""
    (letter, letter_text), now = shown_letter(language, slug), toolbox().clock()
    with toolbox().database.read() as session:
        lives, reach = public_lives(session, letter, now=now), find_reach(session, letter, now=now)
    reached = [
        (key, name, [life for life in lives if life.delivery.country == key])
        for key, name in letter.in_order({life.delivery.country for life in lives}, language)
    ]
    return render_template(
        "deliver/tracker.html",
        letter=letter,
        letter_text=letter_text,
        silent=stands_now(letter).embargoed,
        counts=reach.counts,
        map=Map(_kinds(reach)),
        everybody=[life for life in lives if not life.delivery.country],
        reached=reached,
        waiting=letter.recipient_names(reach.by_state["waiting"], language),
        waits=len(reach.by_state["waiting"]),
        how={"hand": text("by hand"), "post": text("by post"), "mail": text("by e-mail")},
        paragraphs=paragraphs,
        kind=kind,
        language_name=lambda code: language_name(code, language),
    )


@bp.get("/<lang:language>/<slug>/deliveries-<any(world,europe):sheet>.svg")
@anyone
@kept
def deliveries_map(language: str, slug: str, sheet: str) -> ResponseReturnValue:
    """Draw how far the letter has come with each government; there is no picture under embargo."""
    (letter, _text), now = shown_letter(language, slug), toolbox().clock()
    with toolbox().database.read() as session:
        kinds = _kinds(find_reach(session, letter, now=now))
    if stands_now(letter).embargoed or not kinds:
        abort(404)
    return answer_map(sheet, text("Deliveries, government by government"), kinds)


@bp.get("/api/v1/letters/<slug>/deliveries")
@anyone
@kept
def deliveries_data(slug: str) -> ResponseReturnValue:
    """Return the same as JSON."""
    (letter, _english), now = public_letter("en", slug), toolbox().clock()
    with toolbox().database.read() as session:
        lives, reach = public_lives(session, letter, now=now), find_reach(session, letter, now=now)
    return answer_json(
        {
            "letter": slug,
            "counts": reach.counts,
            "states": [{**letter.recipient_fields(key), "state": state} for key, state in reach.states.items()],
            "deliveries": [_facts(one) for one in lives],
        }
    )


@bp.get("/answers/<reference>")
@anyone
def answer_document(reference: str) -> ResponseReturnValue:
    """Give out the document that a recipient answered with, if the campaign publishes it."""
    with toolbox().database.read() as session:
        file = published_document(session, reference, now=toolbox().clock())
    if file is None:
        abort(404)
    headers = saved_as(name_of(f"{reference}-answer", file)) | {"Cache-Control": "public, max-age=300"}
    return Response(file.content, content_type=file.media_type, headers=headers)


def letter_slot(session: Session, letter: Letter) -> Markup:
    """Fill the slot on the letter's page: one line on how many recipients have it, none before the first has."""
    reach = find_reach(session, letter, now=toolbox().clock())
    page = render_template("deliver/slot.html", letter=letter, counts=reach.counts, everyone=len(reach.everyone))
    return Markup(page)  # noqa: S704 - rendered by a template, which escaped it


def _kinds(reach: Reach) -> list[MapKind]:
    """Return how governments are drawn: hollow until the letter is delivered, solid once they have answered.

    A recipient that a letter names has no place on a map.
    """
    if not reach.to_governments:
        return []
    words = {
        "waiting": text("Still to be delivered"),
        "delivered": text("Delivered, no answer published yet"),
        "answered": text("Answered"),
    }
    return of_kinds({words[state]: codes for state, codes in reach.by_state.items()})


def _facts(life: Life) -> dict[str, Any]:
    """Return the public facts of a delivery as JSON values."""
    answer, arrival = life.published, life.arrival
    published = (
        {
            "answered_on": answer.answered_on.isoformat(),
            "language": answer.language,
            "text": answer.text,
            "document": _document(life),
        }
        if answer
        else None
    )
    return {
        **life.letter.recipient_fields(life.delivery.country),
        "office": life.office or None,
        "language": life.delivery.language,
        "reference": life.delivery.reference,
        "pdf_sha256": None if life.volumes else life.delivery.pdf_sha256.hex(),
        "volumes_sha256": life.volumes,
        "sent": [{"sent_on": one.sent_on.isoformat(), "channel": one.channel} for one in life.gone],
        "received_on": arrival.received_on.isoformat() if arrival else None,
        "answer": published,
        "verify": toolbox().link("package.begin", asked=life.delivery.reference) if life.package else None,
    }


def _document(life: Life) -> dict[str, str] | None:
    if life.document is None:
        return None
    link = toolbox().link("deliver.answer_document", reference=life.delivery.reference)
    return {"url": link, "type": life.document.media_type, "sha256": life.document.sha256.hex()}
