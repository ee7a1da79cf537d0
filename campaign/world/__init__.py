"""Countries, languages and parliaments: pure, no database, no HTTP, no clock."""
