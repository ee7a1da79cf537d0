"""Show what a change changes: everything that the campaign shows, before and after it, compared byte for byte."""
