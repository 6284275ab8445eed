"""The ledger: what must happen again on a restored database. Keyed hashes and row numbers, no names."""
