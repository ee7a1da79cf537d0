"""What an officer may pick from a roster."""

NOBODY = "none"  # the officer's choice: none of the members shown


class DecisionMalformed(Exception):
    """The decision says too little to defend it a year later; the message says what is missing."""
