"""Which package to make, as chosen at the desk."""

from wtforms import BooleanField, StringField
from wtforms.validators import AnyOf, InputRequired, Optional

from campaign.document.forms import BundleForm
from campaign.document.rules import PAPERS
from campaign.world.countries import COUNTRIES
from campaign.world.languages import LANGUAGES
from campaign.world.recipients import OFFICE_WORDS

EVERYBODY = "all"


class PackageForm(BundleForm):
    """A letter's package for one office, or for one of each government; what is left empty is the office's own."""

    country = StringField(
        validators=[
            InputRequired("Choose a government."),
            AnyOf([*COUNTRIES, EVERYBODY], message="Choose a government."),
        ]
    )
    office = StringField(
        validators=[Optional(), AnyOf([str(office) for office in OFFICE_WORDS], "Choose the office.")]
    )
    language = StringField(validators=[Optional(), AnyOf(LANGUAGES, "Choose the language.")])
    paper = StringField(validators=[Optional(), AnyOf(PAPERS, "Choose the paper.")])
    again = BooleanField()
