"""Who sits in which parliament: what each publishes of its members, and which of them somebody may be.

matching: Propose which sitting member a lawmaker may be: a hint for the desk, never a decision.
members: Read sitting members from a CSV list, a workbook, or Popolo JSON.
"""
