"""Which package to make, as chosen at the desk."""

from wtforms import BooleanField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp

from campaign.document.forms import BundleForm
from campaign.document.rules import PAPERS
from campaign.world.languages import LANGUAGES
from campaign.world.named import RECIPIENT

EVERYBODY = "all"  # no recipient can have this key


class PackageForm(BundleForm):
    """A letter's package for one recipient, or for each; what is left empty is the recipient's own."""

    country = StringField(
        validators=[
            InputRequired("Choose a recipient."),
            Regexp(RECIPIENT, message="Choose a recipient."),
        ]
    )
    office = StringField(validators=[Length(max=10, message="Choose the office.")])
    language = StringField(validators=[Optional(), AnyOf(LANGUAGES, "Choose the language.")])
    paper = StringField(validators=[Optional(), AnyOf(PAPERS, "Choose the paper.")])
    again = BooleanField()
