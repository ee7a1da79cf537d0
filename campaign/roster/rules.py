"""What may be picked from a roster."""

NOBODY = "none"  # of the members proposed


class DecisionMalformed(Exception):
    """The decision says too little to be defended a year later; the message says what is missing."""
