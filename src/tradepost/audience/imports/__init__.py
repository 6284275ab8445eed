"""Taking in files of contacts: read, map, validate, write in bulk."""
