"""Sign officers in: passwords and codes, passkeys, sessions, the second factor.

carried_views: Carry a form through the page that asks for a second factor, and resume it afterwards.
factors: The factors: an Argon2id password, a time-based code that is accepted once, recovery codes.
gate_views: The desk's door: who is signed in, what they may open, and what their browser keeps.
keyring: An officer's own second factors: passkeys, recovery codes, the authenticator.
officers: Find officers, by address or number.
passkeys: Passkeys (WebAuthn Level 2): what we ask the browser, and whether its answer is genuine.
sessions: Open an officer's sessions, find them by their cookie, keep them awake, end them.
"""
