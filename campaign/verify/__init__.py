"""What was decided about a signatory: the decision, its notice to the member, its disputes.

claims: An officer claims a card for ten minutes, so that two officers do not decide about it at once.
disputes: “This is not me”: from a visitor, or from the address that a parliament publishes.
holds: Hold many signatories by one rule that two officers agreed to, and undo such a hold.
notices: Tell a sitting member, at the address their parliament publishes, before their name is listed.
"""
