"""The decision form of a card."""

from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.verify.rules import ACCEPTED, HELD, REFUSED, Decision
from campaign.web.forms import BaseForm


class DecisionForm(BaseForm):
    """One of three buttons, with what it needs."""

    outcome = StringField(validators=[InputRequired(), AnyOf((ACCEPTED, HELD, REFUSED))])
    level = StringField()
    method = StringField()
    reason = StringField()
    note = StringField(validators=[Length(max=2000)])

    def decision(self) -> Decision:
        """Return what was chosen; a field that belongs to another button is left out."""
        accepted = self.said("outcome") == ACCEPTED
        level = self.said("level")
        return Decision(
            outcome=self.said("outcome"),
            level=int(level) if accepted and level.isdecimal() else None,
            method=self.said("method") or None if accepted else None,
            reason=self.said("reason") or None if not accepted else None,
            note=self.said("note"),
        )
