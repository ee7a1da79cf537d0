"""What a campaign configures: settings, letters, lists of parliaments and recipients."""
