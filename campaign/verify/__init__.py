"""What was decided about a signatory: the decision, its notice to the member, its disputes.

claims: An officer has a card for ten minutes, so that two people do not decide about it at once.
disputes: “This is not me”: said by a stranger, or from the address that a parliament publishes.
holds: Hold many by one rule, agreed to by two people, and let them go again.
notices: Tell a sitting member, at the address their parliament publishes, before their name is listed.
"""
