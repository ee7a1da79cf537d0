"""The toolbox, base form, audience marks, error pages, security headers, languages.

audience: Every view says for whom it is; a test walks the URL map and fails on a view that says nothing.
cache: What a process keeps at hand for a few seconds, each sort on a typed shelf of its own.
errors: Every refusal is a page in the reader's language, JSON under /api/; an address that is nearly ours leads on.
headers: What the browser is told to refuse, and what we refuse before a view runs.
languages: Speak the reader's language: catalogues read once each, from config/languages/<language>.po.
logs: Logs: a static event name and ids, one JSON line each; never a name, an address, a token or an IP.
pages: Public pages kept for a few seconds, already rendered and compressed: a letter costs what nothing costs.
programs: What the API owes programs on any site: answers they may read, parameters refused by name.
staff: Who acts at the desk, as every room knows them; nothing here knows HTTP.
tokens: Links that cannot be forged: an itsdangerous timed signature around an opaque 128-bit id, nothing else.
toolbox: What every view and command reaches for, built once by app.py; building it opens no connection.
turns: Let one thread of a process act at a time where one database file takes one writer anyway.
turnstile: Let few through at once, and not too many in a minute, where work is costly.
"""
