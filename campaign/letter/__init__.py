"""The text people sign: its versions, its languages, the days it is open, to whom it is addressed.

about_views: Who runs this site, and what it keeps of whom: the imprint and the privacy notice.
addressee: To whom a letter goes: for each signatory their own government, or the same addressee for all.
fields: What a signatory may say of themselves beside their name: one table, which everything else reads.
kinds: The kinds of signatories a letter asks for: as its file spells them, and as a reader's language calls them.
markdown: Turn a campaign's own Markdown into clean HTML; never used for what a visitor typed.
shelf: Letters at hand: read once in a few seconds by each process, since every page needs one.
"""
