"""Countries, languages and parliaments: pure, no database, no HTTP, no clock.

atlas: The outlines of countries on two sheets, the world and Europe enlarged, as config/atlas.py drew them.
countries: Countries, named and ordered as each language does (CLDR, and names of ours where it lacks).
languages: The nine languages a letter may be read in, and which of them a browser's owner reads.
legislatures: Parliaments and the mail domains their members write from, as config/legislatures.toml lists them.
lookalikes: Tell when one domain could be taken for another by somebody in a hurry.
named: Recipients that a letter names itself: an assembly, a company, a university.
native: The names of countries in every language of CLDR, folded, in a file made once.
recipients: The offices of governments that letters are handed to, as config/recipients.toml lists them.
spellings: Read a country as people write it: a code, a name in any language, an older name.
"""
