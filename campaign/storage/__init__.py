"""The engine, read() and write(), the base of every table, UTC moments.

backup: Copies of an SQLite file: made while others write, checked, and put back whole or not at all.
database: One engine, two kinds of session: read() and write().
files: Write files and folders whole or not at all, so that a crash leaves no half of one under its name.
journal: The erasure journal, outside the database: after a restore, what was erased is erased again.
migrate: Bring a database's tables to the newest migration, or say how far it is.
private: A campaign's files are private: 0600, in folders of 0700, whichever process makes them.
statements: The few statements that SQLite and PostgreSQL spell differently.
triggers: Triggers that refuse a change, in the SQL of both databases; migrations create them.
write_queue: The queue of the threads that want to write: while it stands still, only a few may wait.
"""
