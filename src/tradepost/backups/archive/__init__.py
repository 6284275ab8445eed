"""The file that a backup is: a compressed tape of parts, sealed piece by piece."""
