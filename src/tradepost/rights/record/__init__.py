"""The access record as people read it."""
