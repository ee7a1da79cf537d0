"""Staff accounts, second factor, roles, the audit log."""
