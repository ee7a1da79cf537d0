"""The desk's worklist: who waits, the evidence about them, and the card on which an officer decides.

bulk: Find the signatories that a rule would hold.
card_views: One card: the evidence about a signatory, the officer's decision, and the next card.
claims: Claim the next card that no other officer has open.
evidence: The evidence for and against one signatory: mailbox, neighbours, namesakes, earlier entries.
facets: Count the signatories in each state, and behind each choice of a filter.
filters: Which signatories an officer wants to see: a state, and the choices that narrow it.
hold_views: Hold many signatories by one rule: an officer sees them first, and a second one agrees; undo such a hold.
queue: The cards in one state, narrowed by a filter and by words of an entry.
roster_cli: `flask verify roster import|match|list`: the lists of sitting members that parliaments publish.
saved: The filters that an officer saved under a name: their own only, twenty at most.
search: The words that an officer typed, and whether an entry contains all of them.
summary: What the desk decided on one day, from the log alone, and how much is open now.
"""
