"""Meta's door, and what waits behind it."""
