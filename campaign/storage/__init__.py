"""The engine, read() and write(), the base of every table, UTC moments."""
