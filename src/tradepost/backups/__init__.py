"""Backups that die: sealed under the key of a day, tried out by restoring, never a way back for the erased."""
