"""Two doors into one house: public() and desk(); site() opens both.

The only file that sees settings and rooms together. Building an application opens no connection.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from os import environ
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from campaign.audit.heads import sign_newest
from campaign.deliver.steps import MAIL, note_outcome
from campaign.deliver.views import letter_slot as deliver_slot
from campaign.desk.identity import identify
from campaign.desk.rules import BULK, DOMAIN, WITHDRAW
from campaign.directory.book import direct, shipped_in
from campaign.directory.parliaments import prepare_domain
from campaign.document.cli import OFFLINE
from campaign.guard.places import place_mails, tell_places
from campaign.guard.service import sweep
from campaign.letter.cli import letter
from campaign.letter.service import changed_texts
from campaign.mail.pauses import troubles
from campaign.mail.rules import ANEW, FORMS, LINKS
from campaign.news import views as news
from campaign.news.service import note_milestones
from campaign.office.alerts import tell_officers
from campaign.office.counts import CONFIRM, count_forms, note_mail
from campaign.review.bulk import prepare_hold
from campaign.roll.views import letter_slot
from campaign.seal.keys import find_keys
from campaign.sign.gather import gather_forms
from campaign.signin.gate_views import gate
from campaign.start import privacy
from campaign.start import views as start
from campaign.storage.database import Database
from campaign.storage.journal import keep_acts
from campaign.storage.private import keep_private, tighten
from campaign.verify.notices import list_cooled_off
from campaign.web.audience import anyone
from campaign.web.cli import storage
from campaign.web.errors import prepare_errors
from campaign.web.headers import MemoryRequest, prepare_headers
from campaign.web.languages import prepare_languages
from campaign.web.logs import prepare_logs
from campaign.web.pages import Keeper, kept
from campaign.web.programs import prepare_programs
from campaign.web.tokens import Tokens
from campaign.web.toolbox import EXTENSION, Site, Toolbox, reading
from campaign.withdraw.cli import restore
from campaign.withdraw.clock import clock_fault, unless_jumped
from campaign.withdraw.consents import ask_waiting, asker_of, gather_asked
from campaign.withdraw.formal import prepare_withdrawal
from campaign.withdraw.retention import forget
from campaign.withdraw.service import gather_links, recall_superseded_entries
from campaign.worker.builder import build_next, drop_expired
from config import doors
from config.checkout import FOLDER, checkout_settings
from config.demonstration import demo
from config.settings import Settings, settings_or_exit

ROOT = Path(__file__).parent
BODY_LIMIT = 64 * 1024
PUBLIC, DESK = doors.PUBLIC, doors.DESK

Clock = Callable[[], datetime]


def site(environment: Mapping[str, str] = environ) -> Flask:
    """Open both doors in one application: what one small server runs."""
    return _opened(environment, tuple(dict.fromkeys(PUBLIC + DESK)))


def public(environment: Mapping[str, str] = environ) -> Flask:
    """Open the public door alone."""
    return _opened(environment, PUBLIC)


def desk(environment: Mapping[str, str] = environ) -> Flask:
    """Open the staff's door alone, for a host that only the campaign can reach."""
    return _opened(environment, DESK)


def create_app() -> Flask:
    """Open both doors with the settings of `make run`: what the `flask` command finds in a checkout."""
    return site(checkout_settings(environ, str(ROOT / environ.get("INSTANCE", FOLDER))))


def offline() -> Flask:
    """Open no door: the commands of a laptop that holds the private key, without database or settings."""
    keep_private()
    app = Flask("undersigned", root_path=str(ROOT))
    for command in OFFLINE:
        app.cli.add_command(command)
    return app


def _opened(environment: Mapping[str, str], rooms: tuple[object, ...]) -> Flask:
    """Build for use: from here on, nothing that this process writes or wrote is open to other users of the host."""
    settings = settings_or_exit(environment, ROOT)
    keep_private()
    app = build(settings, rooms)
    secret = environment.get("SECRET_KEY_FILE")
    tighten([*app.extensions[EXTENSION].own_places(), *([Path(secret)] if secret else [])])
    return app


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


def build(settings: Settings, rooms: tuple[object, ...], clock: Clock = now, page_seconds: int = 5) -> Flask:
    """Return an application of the given rooms; tests pass their own clock."""
    app = Flask("undersigned", root_path=str(ROOT), static_folder=str(ROOT / "static"))
    app.request_class = MemoryRequest
    tools = app.extensions[EXTENSION] = _toolbox(settings, clock, page_seconds)
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        TRUSTED_HOSTS=tools.site.trusted_hosts,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    prepare_logs()
    for prepare in (prepare_programs, prepare_headers, prepare_languages, prepare_errors):
        prepare(app)
    for room in rooms:
        app.register_blueprint(room)  # type: ignore[arg-type]  # blueprints, by the constants above
    app.view_functions["static"] = anyone(kept(app.send_static_file))  # compressed, as pages are
    letter.add_command(demo)
    storage.add_command(restore)
    for command in doors.COMMANDS:
        app.cli.add_command(command)
    app.wsgi_app = Keeper(tools, tools.site.trusted_hosts, app.wsgi_app)  # type: ignore[method-assign]  # Flask's way
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # Flask's way
    return app


def _toolbox(settings: Settings, clock: Clock, page_seconds: int) -> Toolbox:
    folder, erasures = ROOT / settings.seal_keys, ROOT / settings.erasures
    packages, shipped, keys = ROOT / settings.packages, shipped_in(ROOT / "config"), find_keys(folder)
    tokens = Tokens(settings.secret_keys, clock)
    asker = asker_of(keys, settings.site_url, tokens)
    return Toolbox(
        database=Database(settings.database_url, partial(keep_acts, erasures)),
        tokens=tokens,
        keys=keys,
        site=Site(
            url=settings.site_url,
            mail_url=settings.mail_url,
            mail_from=settings.mail_from,
            root=ROOT,
            seal_keys=folder,
            erasures=erasures,
            demonstration=settings.demonstration,
            page_seconds=page_seconds,
            onion_url=settings.onion_url,
            packages=packages,
        ),
        clock=clock,
        gate=gate,
        shipped=shipped,
        slots={
            "letter": letter_slot,
            "delivered": deliver_slot,
            "privacy": privacy.offered,
            "privacy filled": privacy.filled,
            **news.SLOTS,
        },
        identify=identify,
        choices=start.CHOICES,
        direct=direct,
        outcomes={MAIL: note_outcome, CONFIRM: note_mail, **start.OUTCOMES},
        carries={
            BULK: prepare_hold,
            DOMAIN: partial(prepare_domain, shipped.legislatures),
            WITHDRAW: partial(prepare_withdrawal, shipped.recipients, settings.site_url),
        },
        chores=(
            sweep,
            partial(unless_jumped, list_cooled_off),
            partial(unless_jumped, count_forms),  # before those that expire are forgotten
            partial(unless_jumped, note_milestones),
            recall_superseded_entries,
            partial(unless_jumped, partial(ask_waiting, asker)),
            partial(forget, erasures),
            partial(sign_newest, folder),
            partial(unless_jumped, partial(drop_expired, packages)),
            partial(unless_jumped, partial(tell_officers, settings.site_url)),
        ),
        admit=place_mails,
        gathers={FORMS: gather_forms, LINKS: gather_links, ANEW: gather_asked},
        notes={"caps": tell_places},
        sides=(partial(build_next, packages),),
        checks={
            "clock": lambda tools: clock_fault(tools.database, tools.clock()),
            "mail": reading(lambda session: " ".join(troubles(session))),
            "letters": reading(lambda session: "; ".join(changed_texts(session))),
        },
    )
