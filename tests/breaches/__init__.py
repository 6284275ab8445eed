"""The product broken on purpose, in a copy of its source; the whole proof must see it (``make breach``)."""
