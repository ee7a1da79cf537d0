"""A page for readers of a document: find the package that a hash or a reference belongs to."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.letter.service import any_embargoed, current_text
from campaign.letter.standing import standing
from campaign.package.manifest import fingerprint, volumes_of
from campaign.package.packages import Found, find_package, later_package
from campaign.package.packing import known_key
from campaign.package.verify import named
from campaign.web.audience import anyone
from campaign.web.languages import current_language
from campaign.web.toolbox import toolbox

bp = Blueprint("package", __name__)
LONGEST = 200  # a hash has 64 characters, with spaces some more


@bp.get("/verify")
@anyone
def begin() -> ResponseReturnValue:
    """Redirect to the page in the reader's language: documents print this address."""
    asked = request.args.get("asked") or None
    return redirect(url_for("package.show", language=current_language(), asked=asked), 302)


@bp.get("/<lang:language>/verify")
@anyone
def show(language: str) -> ResponseReturnValue:
    """Show the form for a hash or a reference, and the delivery that it belongs to, if it is one of ours."""
    asked, key = request.args.get("asked", "").strip()[:LONGEST], known_key(toolbox().site.seal_keys)
    now = toolbox().clock()
    with toolbox().database.read() as session:
        packages = find_package(session, asked) if asked else []
        found = [
            _public_facts(session, one, language) for one in packages if not standing(one.letter, now).embargoed
        ]
        silent = any_embargoed(session, now=now)
    return render_template(
        "package/verify.html", asked=asked, found=found, silent=silent, key=fingerprint(key) if key else ""
    )


def _public_facts(session: Session, found: Found, language: str) -> dict[str, object]:
    """Return the public facts of one delivery."""
    facts, later = found.facts, later_package(session, found)
    return {
        "reference": found.package.reference,
        "recipient": facts["recipient"]["lines"][0],
        "country": facts["recipient"].get("country"),
        "letter": found.letter.slug,
        "title": current_text(session, found.letter, language).title,
        "on": found.delivery.printed_on,
        "names": sum(named(facts["counts"]).values()),
        "root": facts["merkle_root"],
        "pdf": found.delivery.pdf_sha256.hex(),
        "volumes": [volume["sha256"] for _name, volume in volumes_of(facts)],
        "key": fingerprint(bytes.fromhex(facts["key"])),
        "later": later.package.reference if later else "",
    }
