"""The reader's language: catalogues from config/languages/<language>.po, each read once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, g, has_request_context, redirect, request, url_for
from werkzeug import Response
from werkzeug.routing import BaseConverter

from campaign.web.headers import PATH_SAFE
from campaign.web.toolbox import Identity, toolbox
from campaign.world.countries import country_name
from campaign.world.languages import (
    LANGUAGE_NAMES,
    LANGUAGES,
    best_match,
    direction,
    format_day,
    format_month,
    format_number,
)

SOURCE = "en"
View = TypeVar("View", bound=Callable[..., Any])


@cache
def _catalogue(root: str, language: str) -> NullTranslations:
    """Parse one .po file; English is the source and needs none."""
    path = Path(root) / "config" / "languages" / f"{language}.po"
    if language == SOURCE or not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def current_language() -> str:
    """Return the page's language: that of its address, else that of the visitor's browser."""
    if not has_request_context():
        return str(g.get("language", SOURCE))
    if "language" not in g:
        first = request.path.split("/")[1]
        g.language = first if first in LANGUAGES else preferred_language()
    return str(g.language)


def offered_languages() -> tuple[str, ...]:
    """Return the languages that the site offers, in the order of LANGUAGES."""
    return toolbox().choices(toolbox()).languages


def preferred_language() -> str:
    """Return the offered language that this visitor's browser prefers."""
    return best_match(request.headers.get("Accept-Language", ""), offered_languages())


def speak(language: str) -> None:
    """Use `language` for the rest of this request or mail."""
    g.language = language if language in LANGUAGES else SOURCE


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use `language` inside the `with` block, and the one before it again afterwards."""
    before = current_language()
    speak(language)
    try:
        yield
    finally:
        speak(before)


def text(message: str, **values: object) -> str:
    """Return `message` in the page's language."""
    translated = _current().gettext(message)
    return translated % values if values else translated


def form_of(one: str, many: str, number: int) -> str:
    """Return the form of a word or sentence that fits `number`."""
    return _current().ngettext(one, many, number)


def counted(one: str, many: str, number: int) -> str:
    """Return the form of a sentence that fits `number`, with %(num)s filled in."""
    sentence = form_of(one, many, number)
    return sentence % {"num": format_number(number, current_language())}


def day(moment: date) -> str:
    """Return a day as the page's language writes it; never an hour, because an hour could identify a person."""
    return format_day(moment, current_language())


def identity(language: str = "") -> Identity:
    """Return who runs this site, as readers of a language are told; of the page's, unless another is named."""
    known: dict[str, Identity] = g.setdefault("identity", {})
    spoken = language or current_language()
    if spoken not in known:
        known[spoken] = toolbox().identify(toolbox(), spoken)
    return known[spoken]


class LanguageConverter(BaseConverter):
    """The first part of a public page's address: one of our languages."""

    regex = "|".join(sorted(LANGUAGES, key=len, reverse=True))


def in_any_language(view: View) -> View:
    """Mark a public page that stands in its language for good, offered or not: a file whose hash is known."""
    view.in_any_language = True  # type: ignore[attr-defined]  # a mark that `_lead_to_offered` reads
    return view


def prepare_languages(app: Flask) -> None:
    """Give templates `_`, `ngettext`, `day`, `number` and the languages."""
    app.url_map.converters["lang"] = LanguageConverter
    app.before_request(_lead_to_offered)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    environment = app.jinja_env
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        lambda message: _current().gettext(message),
        lambda one, many, number: _current().ngettext(one, many, number),
        newstyle=True,
    )
    environment.globals.update(
        language=current_language,
        direction=direction,
        languages=LANGUAGES,
        offered_languages=offered_languages,
        language_names=LANGUAGE_NAMES,
        counted=counted,
        day=day,
        month=lambda day: format_month(day, current_language()),
        country=lambda code: country_name(code, current_language()),
        country_name=partial(country_name, language=SOURCE),  # the desk's pages are in English
        demonstration=lambda: toolbox().site.demonstration,
        url_for_front=_front,
        identity=identity,
        own_page=_own_page,
        number=lambda value: format_number(value, current_language()),
    )


def _lead_to_offered() -> Response | None:
    """Lead a reader from a page in a language that is not offered to the same page in one that is.

    A form that was sent is taken: its visitor began before the language was left out.
    """
    asked = (request.view_args or {}).get("language")
    first, _slash, rest = request.path.lstrip("/").partition("/")
    view = current_app.view_functions.get(request.endpoint or "")
    if asked != first or asked in offered_languages() or hasattr(view, "in_any_language"):
        return None
    if request.method not in ("GET", "HEAD"):
        return None
    query = request.query_string.decode("ascii", "replace")
    there = quote(f"/{preferred_language()}/{rest}", safe=PATH_SAFE)
    response = redirect(f"{there}?{query}" if query else there, 302)
    response.headers["Vary"] = "Accept-Language"
    return response


def _front(code: str) -> str:
    """Return the address behind an error page's button; the desk's own application has no public pages."""
    endpoint = "letter.index" if "letter.index" in current_app.view_functions else "signin.ask_sign_in"
    return url_for(endpoint, language=code) if endpoint == "letter.index" else url_for(endpoint)


def _own_page(name: str) -> str:
    """Return the address of the campaign's imprint or privacy notice; empty at a door that has no public pages."""
    endpoint = f"about.{name}"
    return url_for(endpoint, language=current_language()) if endpoint in current_app.view_functions else ""


def _current() -> NullTranslations:
    return _catalogue(current_app.root_path, current_language())
