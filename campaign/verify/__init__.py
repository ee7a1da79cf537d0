"""Staff established that the signatory is who they say: verification, its level, its evidence.

bulk: Find whom a rule would hold.
card_views: One card: the evidence about a signatory, the officer's decision, and the next card.
claims: An officer has a card for ten minutes, so that two people do not decide about it at once.
disputes: “This is not me”: said by a stranger, or from the address that a parliament publishes.
evidence: What speaks for one signatory and what against: mailbox, neighbours, namesakes, earlier entries.
facets: How many there are in each state, and behind each choice that a filter offers.
filters: Which signatories an officer wants to see: a state, and what narrows it.
hold_views: Hold many by one rule, seen beforehand and agreed to by two; and let them go again.
holds: Hold many by one rule, agreed to by two people, and let them go again.
matching: Propose which sitting member a lawmaker may be: a hint for the desk, never a decision.
members: Read sitting members from a CSV list, a workbook, or Popolo JSON.
notices: Tell a sitting member, at the address their parliament publishes, before their name is listed.
queue: Who waits, who is held, who is decided: cards by state, narrowed by a filter and by what a name holds.
roster: Keep each chamber's roster of sitting members, and lay it beside a card.
roster_cli: `flask verify roster import|match|list`: what parliaments publish of their sitting members.
saved: The filters an officer gave a name: their own only, twenty at most.
search: What an officer typed to find somebody: its words, and whether an entry holds all of them.
summary: What the desk did on one day, from the log alone, and how the queue stands now.
"""
