"""Two doors into one house: public() and desk(); site() opens both.

The only file that sees settings and rooms together. Building an application opens no connection.
"""

import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from os import environ
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import campaign.audit.desk_views
import campaign.confirm.views
import campaign.deliver.cli
import campaign.deliver.desk_views
import campaign.deliver.seal_cli
import campaign.deliver.steps
import campaign.deliver.views
import campaign.desk.approval_views
import campaign.desk.cli
import campaign.desk.identity_views
import campaign.desk.people_views
import campaign.desk.views
import campaign.document.cli
import campaign.document.desk_views
import campaign.editor.views
import campaign.guard.views
import campaign.intake.cli
import campaign.intake.desk_views
import campaign.letter.about_views
import campaign.letter.cli
import campaign.letter.views
import campaign.moments.cli
import campaign.moments.desk_views
import campaign.news.views
import campaign.package.desk_views
import campaign.package.views
import campaign.review.card_views
import campaign.review.cli
import campaign.review.desk_views
import campaign.review.hold_views
import campaign.roll.api
import campaign.roll.cli
import campaign.roll.desk_views
import campaign.roll.views
import campaign.sign.cli
import campaign.sign.views
import campaign.signin.desk_views
import campaign.signin.views
import campaign.verify.views
import campaign.web.cli
import campaign.web.views
import campaign.withdraw.again_views
import campaign.withdraw.cli
import campaign.withdraw.desk_views
import campaign.withdraw.privacy
import campaign.withdraw.views
import campaign.worker.cli
from campaign.audit.heads import sign_newest
from campaign.desk.identity import identify
from campaign.desk.rules import BULK
from campaign.guard.places import place_mails, tell_places
from campaign.guard.service import sweep
from campaign.letter.service import changed_texts
from campaign.mail.pauses import troubles
from campaign.mail.rules import FORMS, LINKS
from campaign.review.bulk import prepare_hold
from campaign.roll.views import letter_slot
from campaign.seal.keys import find_keys
from campaign.sign.gather import gather_forms
from campaign.signin.gate_views import gate
from campaign.storage.database import Database
from campaign.storage.journal import keep_acts
from campaign.storage.private import keep_private, tighten
from campaign.verify.notices import list_cooled_off
from campaign.web.audience import anyone
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
from campaign.withdraw.retention import forget
from campaign.withdraw.service import gather_links, recall_superseded_entries
from campaign.worker.builder import build_next, drop_expired
from campaign.world.legislatures import parse
from campaign.world.recipients import parse as parse_recipients
from config.checkout import FOLDER, checkout_settings
from config.demonstration import demo
from config.settings import Settings, SettingWrong, read_settings

ROOT, BODY_LIMIT = Path(__file__).parent, 64 * 1024

PUBLIC = (
    campaign.web.views.bp,
    campaign.guard.views.bp,
    campaign.desk.identity_views.files,
    campaign.letter.about_views.bp,
    campaign.letter.views.bp,
    campaign.sign.views.bp,
    campaign.confirm.views.bp,
    campaign.verify.views.bp,
    campaign.roll.views.bp,
    campaign.roll.api.bp,
    campaign.package.views.bp,
    campaign.deliver.views.bp,
    campaign.news.views.bp,
    campaign.withdraw.views.bp,
    campaign.withdraw.again_views.bp,
    *campaign.editor.views.PUBLIC,
)
DESK = (
    campaign.web.views.bp,
    campaign.signin.views.bp,
    campaign.signin.desk_views.bp,
    campaign.desk.views.bp,
    campaign.desk.people_views.bp,
    campaign.desk.approval_views.bp,
    campaign.desk.identity_views.bp,
    campaign.desk.identity_views.files,
    campaign.moments.desk_views.bp,
    campaign.audit.desk_views.bp,
    campaign.review.desk_views.bp,
    campaign.review.card_views.bp,
    campaign.review.hold_views.bp,
    campaign.verify.views.bp,  # so that the desk can write the link of a notice
    campaign.intake.desk_views.bp,
    campaign.roll.desk_views.bp,
    campaign.document.desk_views.bp,
    campaign.deliver.desk_views.bp,
    campaign.package.desk_views.bp,
    campaign.withdraw.desk_views.bp,
    *campaign.editor.views.DESK,
)
COMMANDS = (
    campaign.web.cli.storage,
    campaign.web.cli.seal,
    campaign.web.cli.doctor,
    campaign.worker.cli.mail,
    campaign.letter.cli.letter,
    campaign.desk.cli.desk,
    campaign.sign.cli.sign,
    campaign.intake.cli.intake,
    campaign.review.cli.verify,
    campaign.roll.cli.roll,
    campaign.deliver.cli.deliver,
    campaign.withdraw.cli.withdraw,
    *campaign.editor.views.COMMANDS,
)
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
    for command in campaign.document.cli.OFFLINE:
        app.cli.add_command(command)
    return app


def _opened(environment: Mapping[str, str], rooms: tuple[object, ...]) -> Flask:
    """Build for use: from here on, nothing that this process writes or wrote is open to other users of the host."""
    settings = _settings(environment)
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
    prepare_languages(app)
    prepare_programs(app)
    prepare_headers(app)
    prepare_errors(app)
    for room in rooms:
        app.register_blueprint(room)  # type: ignore[arg-type]  # blueprints, by the constants above
    app.view_functions["static"] = anyone(kept(app.send_static_file))  # compressed, as pages are
    campaign.letter.cli.letter.add_command(demo)
    campaign.web.cli.storage.add_command(restore)
    for command in COMMANDS:
        app.cli.add_command(command)
    app.wsgi_app = Keeper(tools, tools.site.trusted_hosts, app.wsgi_app)  # type: ignore[method-assign]  # Flask's way
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # Flask's way
    return app


def _toolbox(settings: Settings, clock: Clock, page_seconds: int) -> Toolbox:
    folder, erasures, packages = (ROOT / one for one in (settings.seal_keys, settings.erasures, settings.packages))
    return Toolbox(
        database=Database(settings.database_url, partial(keep_acts, erasures)),
        tokens=Tokens(settings.secret_keys, clock),
        keys=find_keys(folder),
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
        legislatures=parse(tomllib.loads((ROOT / "config" / "legislatures.toml").read_text(encoding="utf-8"))),
        recipients=parse_recipients(
            tomllib.loads((ROOT / "config" / "recipients.toml").read_text(encoding="utf-8"))
        ),
        slots={"letter": letter_slot, "delivered": campaign.deliver.views.letter_slot}
        | campaign.news.views.SLOTS
        | {"privacy": campaign.withdraw.privacy.offered, "privacy filled": campaign.withdraw.privacy.filled},
        identify=identify,
        outcomes={campaign.deliver.steps.MAIL: campaign.deliver.steps.note_outcome},
        carries={BULK: prepare_hold},
        chores=(
            sweep,
            partial(unless_jumped, list_cooled_off),
            partial(unless_jumped, campaign.news.service.note_milestones),
            recall_superseded_entries,
            partial(forget, erasures),
            partial(sign_newest, folder),
            partial(unless_jumped, partial(drop_expired, packages)),
        ),
        admit=place_mails,
        gathers={FORMS: gather_forms, LINKS: gather_links},
        notes={"caps": tell_places},
        sides=(partial(build_next, packages),),
        checks={
            "clock": lambda tools: clock_fault(tools.database, tools.clock()),
            "mail": reading(lambda session: " ".join(troubles(session))),
            "letters": reading(lambda session: "; ".join(changed_texts(session))),
        },
    )


def _settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings, or stop with one clear line."""
    try:
        settings = read_settings(environment)
    except SettingWrong as fault:
        sys.exit(f"undersigned cannot start: {fault}")
    if settings.database_url.startswith("sqlite:///") and not settings.database_url.startswith("sqlite:////"):
        path = ROOT / settings.database_url.removeprefix("sqlite:///")
        settings = replace(settings, database_url=f"sqlite:///{path}")
    return settings
