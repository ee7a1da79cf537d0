"""The base of every form, with a form token that needs no session or cookie."""

from datetime import timedelta
from typing import Any

from flask import abort, g
from flask_wtf import FlaskForm  # type: ignore[import-untyped]  # ships no types
from wtforms import ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField

from campaign.web.languages import text
from campaign.web.toolbox import toolbox

FORM_LIFE = timedelta(hours=12)


class StatelessToken(CSRF):
    """A signed form token with a time, bound to the form or, at the desk, to the session; no cookie is read.

    A visitor of the public forms is not signed in, so there the token only notices a stale page. Requests that
    another site starts are refused by their headers before a form is built (headers.py).
    """

    def setup_form(self, form: Any) -> list[tuple[str, Any]]:
        """Bind the token to the desk's session, or on a public page to the form."""
        self.purpose = f"form.{g.get('form_binding') or type(form).__name__}"
        return list(super().setup_form(form))

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """Return a new token."""
        return toolbox().tokens.stamp(self.purpose)

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        """Refuse a stale or foreign token; the form is shown again with everything kept."""
        if not toolbox().tokens.check_stamp(self.purpose, field.data or "", FORM_LIFE):
            raise ValidationError(
                text("This page had grown old. Everything you typed is kept: please send it again.")
            )


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form whose token is the field `form_token`."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """Our token instead of Flask-WTF's, which needs a session."""

        csrf = True
        csrf_class = StatelessToken
        csrf_field_name = "form_token"

    def text_of(self, name: str) -> str:
        """Return a field's text, empty if nothing was sent."""
        return str(self[name].data or "")

    def faults(self) -> dict[str, str]:
        """Return the first fault of each field, in the order of the form."""
        return {name: str(faults[0]) for name, faults in self.errors.items() if name and faults}


class ActForm(BaseForm):
    """A form of one button: it has only its token."""


def check_button() -> None:
    """Answer 400 to a button that did not come from a page of this session."""
    if not ActForm().validate():
        abort(400)
