"""Product lists of other shop systems, recognised by their columns and put into Shopify's layout."""
