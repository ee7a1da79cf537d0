"""Who sits in which parliament: the lists of members that each publishes, and which member a signatory may be.

matching: Propose which sitting member a lawmaker may be: a hint for the desk, never a decision.
members: Read sitting members from a CSV list, a workbook, or Popolo JSON.
"""
