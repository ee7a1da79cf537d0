"""The desk's worklist: who waits, what speaks for them, and the card that an officer decides on.

bulk: Find whom a rule would hold.
card_views: One card: the evidence about a signatory, the officer's decision, and the next card.
claims: Give an officer the next card that nobody else has.
evidence: What speaks for one signatory and what against: mailbox, neighbours, namesakes, earlier entries.
facets: How many there are in each state, and behind each choice that a filter offers.
filters: Which signatories an officer wants to see: a state, and what narrows it.
hold_views: Hold many by one rule, seen beforehand and agreed to by two; and let them go again.
queue: Who waits, who is held, who is decided: cards by state, narrowed by a filter and by what a name holds.
roster_cli: `flask verify roster import|match|list`: what parliaments publish of their sitting members.
saved: The filters an officer gave a name: their own only, twenty at most.
search: What an officer typed to find somebody: its words, and whether an entry holds all of them.
summary: What the desk did on one day, from the log alone, and how the queue stands now.
"""
