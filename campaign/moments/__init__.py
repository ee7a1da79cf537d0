"""When a letter is public and takes signatures: embargo and preview links, suspension, resumption, the last day.

previews: Preview links: by them named people read and sign a letter under embargo.
"""
