"""The forms with which an officer signs in and confirms themselves."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from campaign.signin.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from campaign.web.forms import BaseForm

LONGEST_ANSWER = 20_000
PASSWORD = SHORTEST_PASSWORD, LONGEST_PASSWORD
PASSWORD_FAULT = f"Use a password of at least {SHORTEST_PASSWORD} and at most {LONGEST_PASSWORD} characters."
CODE_FAULT = "Enter the six digits from your authenticator."


def at_most(most: int, what: str) -> Length:
    """Refuse a longer text, in a sentence that names the field."""
    return Length(max=most, message=f"The {what} is too long: use at most {most} characters.")


class SignInForm(BaseForm):
    """Address, password and code on one page, so that no answer tells which of them was wrong."""

    email = StringField(validators=[InputRequired("Enter your e-mail address."), at_most(254, "address")])
    password = PasswordField(
        validators=[InputRequired("Enter your password."), at_most(LONGEST_PASSWORD, "password")]
    )
    code = StringField(
        validators=[InputRequired("Enter the six digits, or a recovery code."), at_most(30, "code")]
    )


class CodeForm(BaseForm):
    """Six digits."""

    code = StringField(validators=[InputRequired(CODE_FAULT), at_most(12, "code")])


class PasskeyForm(BaseForm):
    """The browser's answer and its challenge; `name` is for a new passkey."""

    challenge = StringField(validators=[InputRequired(), Length(max=200)])
    answer = StringField(validators=[InputRequired(), Length(max=LONGEST_ANSWER)])
    name = StringField(validators=[Length(max=60, message="Use at most 60 characters.")])
