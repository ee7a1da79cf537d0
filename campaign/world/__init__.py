"""Countries, languages and parliaments: pure, no database, no HTTP, no clock.

atlas: The outlines of countries on two sheets, the world and Europe enlarged, as config/atlas.py drew them.
countries: Countries, named and ordered as each language does (CLDR, with our own names where it has none).
languages: The nine languages of the letters, and which of them a visitor's browser asks for.
legislatures: Parliaments and their members' mail domains, as config/legislatures.toml lists them.
lookalikes: Find mail domains that a reader in a hurry could mistake for a parliament's.
named: Recipients that a letter names itself: an assembly, a company, a university.
native: The names of countries in every language of CLDR, folded, in a file made once.
recipients: The offices of governments that letters are handed to, as config/recipients.toml lists them.
spellings: Read a country as people write it: a code, a name in any language, an older name.
timeline: The timeline that a letter's file tells: what happened on which day, in words for each language.
written: Write lists as the TOML that is read back: the same list is the same bytes.
"""
