"""Signed statements of what was erased and proved; whoever has one checks it without us."""
