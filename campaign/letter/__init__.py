"""The text people sign: its versions, its languages, the days it is open, its addressee.

about_views: The imprint and the privacy notice: who runs this site, and what it keeps about people.
addressee: The addressee of a letter in words: each signatory's own government, or the same addressee for all.
fields: What signatories may say about themselves beside their name: one table that everything else reads.
kinds: The kinds of signatories that a letter asks for: read from its file, and named in the reader's language.
markdown: Turn a campaign's own Markdown into clean HTML; never used for what a visitor typed.
standing: How a letter stands at a moment: public or not, open or not, and until when; pure.
shelf: The letters that pages show: public ones, cached for a few seconds, and one that a preview link opens.
"""
