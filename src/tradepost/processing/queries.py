"""Every read that a screen, export or API of processing needs."""
