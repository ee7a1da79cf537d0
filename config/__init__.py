"""Everything that a campaign sets: settings, letters, registries."""
