"""Building and shipping the house: locks, the checkout's import roots, and what goes into a function's artifact."""
