"""Staff accounts, second factor, roles, the audit log.

admissions: Who counts as a person of their own: admitted by two who do, or from the server's command line.
approvals: What takes two people: one asks, another agrees, and it is used once, for exactly what was asked.
carried: Carry a form through the page that asks for a second factor, and act on it once that was shown.
entry: Let an officer in, ask them to confirm themselves, and keep their sessions.
factors: What an officer knows and holds: a password, a time-based code, recovery codes.
gate: The desk's door: who is signed in, may they, and what their browser is asked and remembers.
heads: Sign the newest entry of the log, and check the whole log against what was signed.
keyring: An officer's own second factors: passkeys, recovery codes, the authenticator.
log: Write to the append-only log, in the transaction of the fact it tells, read it, and check its chain.
own_views: An officer's own page: passkeys, recovery codes, the authenticator, where they are signed in.
passkeys: Passkeys (WebAuthn Level 2): what the browser is asked, and whether its answer is genuine.
restored: Take away again what officers have lost since a backup.
wording: The log in plain sentences, and the groups it is looked through by.
"""
