"""The form that says where a list comes from, and how to read it."""

from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from campaign.intake.rules import LONGEST_PROVENANCE, Defaults
from campaign.sheets.encodings import ENCODINGS
from campaign.sheets.rows import MOST_COLUMNS
from campaign.sign.rules import VISIBILITIES
from campaign.web.forms import BaseForm
from campaign.world.countries import COUNTRIES
from campaign.world.languages import LANGUAGES


class IntakeForm(BaseForm):
    """Where a list comes from, and how to read it; `previewed` is the mark of the list that the officer checked."""

    letter = StringField(validators=[InputRequired("Choose the letter."), Length(max=41)])
    language = StringField(validators=[AnyOf(LANGUAGES, "Choose the language of the text they signed.")])
    provenance = StringField(
        validators=[
            InputRequired("Say where the list comes from, such as: on paper, Berlin, 3 May."),
            Length(max=LONGEST_PROVENANCE, message="Say in fewer words where the list comes from."),
        ]
    )
    kind = StringField(validators=[Optional(), Length(max=40)])
    country = StringField(validators=[Optional(), AnyOf(COUNTRIES)])
    visibility = StringField(validators=[AnyOf(VISIBILITIES, "Choose how the names may be used.")])
    encoding = StringField(validators=[Optional(), AnyOf(tuple(ENCODINGS))])
    sheet = StringField(validators=[Length(max=100)])
    previewed = StringField(validators=[Length(max=64)])

    def defaults(self) -> Defaults:
        """Return the values for rows that have none."""
        return Defaults(self.text_of("kind"), self.text_of("country"), self.text_of("visibility"))

    def wishes(self, sent: dict[str, str]) -> dict[str, str]:
        """Return the chosen field of each column, from all fields that were sent; empty before the first preview."""
        places = [place for place in range(MOST_COLUMNS) if f"column-{place}" in sent]
        return {f"#{place + 1}": sent[f"column-{place}"] for place in places}
