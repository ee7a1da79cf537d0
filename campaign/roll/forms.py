"""Which part of the roll to export, and in which format."""

from wtforms import DateField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from campaign.roll.export import WRITERS
from campaign.roll.rules import Choice
from campaign.verify.rules import LEVELS
from campaign.web.forms import BaseForm
from campaign.world.countries import COUNTRIES

LEVEL_NAMES = tuple(str(level) for level in LEVELS)


class ExportForm(BaseForm):
    """A letter, a format, and filters; an empty filter leaves no name out."""

    letter = StringField(validators=[InputRequired("Choose a letter."), Length(max=41)])
    format = StringField(validators=[AnyOf(WRITERS, message="Choose a format.")])
    country = StringField(validators=[Optional(), AnyOf(COUNTRIES, message="Choose a country.")])
    kind = StringField(validators=[Optional(), Length(max=40)])
    level = StringField(validators=[Optional(), AnyOf(LEVEL_NAMES, message="Choose a level.")])
    from_on = DateField(validators=[Optional()])
    to_on = DateField(validators=[Optional()])

    def validate_to_on(self, field: DateField) -> None:
        """Refuse days that end before they begin."""
        if self.from_on.data and field.data and field.data < self.from_on.data:
            raise ValidationError("The last day is before the first.")

    def choice(self) -> Choice:
        """Return the names that the officer chose."""
        level = int(self.text_of("level") or 0)
        return Choice(
            self.text_of("country"),
            self.text_of("kind"),
            level,
            self.from_on.data or None,
            self.to_on.data or None,
        )
