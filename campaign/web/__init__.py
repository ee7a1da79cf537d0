"""The toolbox, base form, audience marks, error pages, security headers, languages.

audience: Every view names its audience; a test walks the URL map and fails on a view without one.
cache: What a process keeps in memory for a few seconds, each kind on a typed shelf.
errors: Every refusal is a page in the reader's language, JSON under /api/; an address that is nearly ours leads on.
headers: The security headers of every answer, and the hostile requests that are refused before a view runs.
languages: The reader's language: catalogues from config/languages/<language>.po, each read once.
logs: Logs: a static event name and ids, one JSON line each; never a name, an address, a token or an IP.
pages: The cache of public pages, rendered and compressed, for a few seconds.
programs: The API's answers for programs on any site: open to all origins, and unknown parameters refused by name.
staff: What every room knows of the officer who acts; it does not import Flask.
tokens: Links that cannot be forged: an itsdangerous timed signature around an opaque 128-bit id, nothing else.
toolbox: The tools that views and commands use, built once by app.py; building them opens no connection.
turns: Let one thread of a process act at a time, where one database file takes one writer anyway.
turnstile: Limit costly work: few at the same time, and not too many in a minute.
"""
