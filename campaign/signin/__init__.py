"""Who is at the desk: passwords and codes, passkeys, sessions, the second factor.

carried_views: Carry a form through the page that asks for a second factor, and act on it once that was shown.
factors: What an officer knows and holds: an Argon2id password, a time-based code never taken twice, recovery codes.
gate_views: The desk's door: who is signed in, may they, and what their browser is asked and remembers.
keyring: An officer's own second factors: passkeys, recovery codes, the authenticator.
officers: Find officers, by address or number.
passkeys: Passkeys (WebAuthn Level 2): what the browser is asked, and whether its answer is genuine.
sessions: Open an officer's sessions, find them by their cookie, keep them awake, end them.
"""
