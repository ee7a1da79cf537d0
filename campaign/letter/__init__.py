"""The text people sign: its versions, its languages, the days it is open, its addressee.

about_views: The imprint and the privacy notice: who runs this site, and what it keeps about people.
addressee: The addressee of a letter in words: each signatory's own government, or the same addressee for all.
difference: The difference of two texts, word by word, for a reader who knows the earlier one.
drafts: What is being written of a letter and is not public yet; it is published here, or a letter loaded from files.
fields: What signatories may say about themselves beside their name: one table that everything else reads.
folder: A letter as a set of files: which there are, what they say, and how a folder of them is read.
keeping: Keep a letter as its files say it, and give its files back, byte for byte.
kinds: The kinds of signatories that a letter asks for: read from its file, and named in the reader's language.
markdown: Turn a campaign's own Markdown into clean HTML; never used for what a visitor typed.
shelf: The letters that pages show: public ones, cached for a few seconds, and one that a preview link opens.
standing: How a letter stands at a moment: public or not, open or not, and until when; pure.
writing: Write one value of a letter.toml, or front matter, and leave all else as its author wrote it.
"""
