"""Who was touched: worked out from the access record, the transfers and the data map, and nothing else."""
