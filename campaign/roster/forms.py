"""The form that takes in a roster: which chamber, where it was published, and when it was true."""

from datetime import date
from hashlib import sha256

from wtforms import BooleanField, StringField, ValidationError
from wtforms.validators import AnyOf

from campaign.directory.rules import page_fault, tidy_line
from campaign.roster.service import RosterHeading
from campaign.web.forms import BaseForm
from campaign.world.countries import COUNTRIES

LONGEST_CHAMBER = 200


class RosterForm(BaseForm):
    """What an owner says of a file; `previewed` is the mark of what they checked."""

    country = StringField(validators=[AnyOf(COUNTRIES, message="Choose the country.")])
    chamber = StringField()
    source = StringField()
    on = StringField()
    older = BooleanField()
    previewed = StringField()

    def validate_chamber(self, field: StringField) -> None:
        """Refuse a chamber without a name."""
        _name, fault = tidy_line(field.data or "", LONGEST_CHAMBER)
        if fault or not _name:
            raise ValidationError(fault or "Say which chamber it is.")

    def validate_source(self, field: StringField) -> None:
        """Refuse what is no page."""
        if fault := page_fault((field.data or "").strip()):
            raise ValidationError(fault)

    def validate_on(self, field: StringField) -> None:
        """Refuse what is no day."""
        try:
            date.fromisoformat((field.data or "").strip())
        except ValueError as fault:
            raise ValidationError("Write the day on which it was true as 2026-11-25.") from fault

    def heading(self, content: bytes) -> RosterHeading:
        """Return the heading of a valid form."""
        name, _fault = tidy_line(self.text_of("chamber"), LONGEST_CHAMBER)
        source, day = self.text_of("source").strip(), date.fromisoformat(self.text_of("on").strip())
        return RosterHeading(self.text_of("country"), name, source, day, sha256(content).digest())
