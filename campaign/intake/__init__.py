"""Signatures that came on paper or from an earlier list, with their provenance.

columns: Match columns to fields by their headings in many languages; campaign.names.parts does so for names.
worker: Import a whole list in batches, so that visitors can sign meanwhile.
"""
