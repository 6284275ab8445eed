"""Mail that comes in: at which of our addresses, about which letter of ours, and from whom."""
