"""The forms of the page of moments; a reason has a field for each language."""

from datetime import datetime

from wtforms import StringField

from campaign.moments.rules import ReasonRefused, read_moment, tidy_reason, tidy_who
from campaign.web.forms import BaseForm
from campaign.world.languages import LANGUAGES

REASON = "reason-"  # before the language, in the name of a field


class ReasonForm(BaseForm):
    """Why a letter is stopped, for its readers: one field for each language, `reason-LANGUAGE`."""

    def reason(self, *, needed: bool = True) -> dict[str, str] | None:
        """Return the reason by language, None if a field is at fault; the sentence then stands beside it."""
        try:
            return tidy_reason({code: self.text_of(f"{REASON}{code}") for code in LANGUAGES}, needed=needed)
        except ReasonRefused as fault:
            self[f"{REASON}{fault.language}"].errors = [str(fault)]
            return None


for _code in LANGUAGES:
    setattr(ReasonForm, f"{REASON}{_code}", StringField())


class EmbargoForm(BaseForm):
    """The moment at which an embargo ends, in the letter's time zone, and the one that the officer saw."""

    until = StringField()
    seen = StringField()

    def moment(self, time_zone: str) -> datetime | None:
        """Return the moment, None if it cannot be read; the sentence then stands beside the field."""
        try:
            return read_moment(self.text_of("until"), time_zone)
        except ValueError as fault:
            self.until.errors = [str(fault)]
            return None

    def seen_moment(self) -> datetime | None:
        """Return the end of the embargo that the officer saw, None if the page showed none."""
        try:
            return datetime.fromisoformat(self.text_of("seen"))
        except ValueError:
            return None


class PreviewForm(BaseForm):
    """Whom a preview link is for."""

    who = StringField()

    def people(self) -> str | None:
        """Return what they are called, None if that is at fault; the sentence then stands beside the field."""
        try:
            return tidy_who(self.text_of("who"))
        except ValueError as fault:
            self.who.errors = [str(fault)]
            return None
