"""What became of a document: approved, sent, received, answered.

files: Documents and pictures kept beside a step: which types are accepted, and their names when downloaded.
life: A delivery with its steps: prepared, approved, sent, received, answered.
life_cli: `flask deliver approve|received|answered|receipt`: note a step in the name of an officer.
reach: How far a letter has come: which recipients have it, which have answered, and when.
resealing: Seal every box anew after the campaign's key was rotated, and count the boxes for each key.
seal_cli: `flask seal status|reseal|retire`: what the keys open, and when an earlier one may go.
sent_cli: `flask deliver sent`: note that one delivery was sent, or send every approved one.
steps: Approve a delivery, send it, note that it was received and answered; each step is a row.
"""
