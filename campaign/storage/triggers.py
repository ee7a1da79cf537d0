"""Triggers that refuse a change, in the SQL of both databases; migrations create them."""


def refuse_sql(dialect: str, table: str, verbs: tuple[str, ...], sentence: str, when: str = "") -> list[str]:
    """Return the statements that make `table` refuse the verbs (INSERT, UPDATE, DELETE) while `when` holds.

    `when` is an SQL condition over OLD (NEW for an INSERT); empty means always. `sentence` is the database's error.
    """
    if dialect == "postgresql":
        return _postgresql(table, verbs, sentence, when)
    condition = f" WHEN {when}" if when else ""
    return [
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW{condition} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        for verb in verbs
    ]


def _postgresql(table: str, verbs: tuple[str, ...], sentence: str, when: str) -> list[str]:
    """Return a function that raises like a broken constraint (SQLSTATE 23000), and one trigger that calls it."""
    function = f"{table}_refuses"
    test = (
        f"IF NOT ({when}) THEN IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF; " if when else ""
    )
    return [
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {test}RAISE EXCEPTION '{sentence}' USING ERRCODE = '23000'; END $$",
        f"CREATE TRIGGER {function} BEFORE {' OR '.join(verbs)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()",
    ]
