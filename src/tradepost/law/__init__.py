"""The law clock: what the law asks of a shop, from which day on, and how the shop stands."""
