"""Products as a CSV file in Shopify's layout: reading it, understanding it, writing it."""
