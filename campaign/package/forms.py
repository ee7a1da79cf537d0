"""Which package to make, as chosen at the desk."""

from wtforms import BooleanField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Optional, Regexp

from campaign.document.forms import BundleForm
from campaign.document.rules import PAPERS
from campaign.web.toolbox import toolbox
from campaign.world.languages import LANGUAGES
from campaign.world.named import RECIPIENT

EVERYBODY = "all"  # no recipient can have this key


class PackageForm(BundleForm):
    """A letter's package for one recipient, or for each; an empty field means the recipient's own."""

    country = StringField(
        validators=[
            InputRequired("Choose a recipient."),
            Regexp(RECIPIENT, message="Choose a recipient."),
        ]
    )
    office = StringField()
    language = StringField(validators=[Optional(), AnyOf(LANGUAGES, "Choose the language.")])
    paper = StringField(validators=[Optional(), AnyOf(PAPERS, "Choose the paper.")])
    again = BooleanField()

    def validate_office(self, field: StringField) -> None:
        """Refuse a kind of office that the list of recipients does not have."""
        if field.data and field.data not in toolbox().recipients.offices:
            raise ValidationError("Choose the office.")
