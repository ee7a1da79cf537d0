"""People's names in every script: accepted, doubted, sorted; pure, no database, no HTTP, no clock."""
