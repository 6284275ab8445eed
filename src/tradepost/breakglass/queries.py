"""Every read that a screen, export or API of breakglass needs."""
