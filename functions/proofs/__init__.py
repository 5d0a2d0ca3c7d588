"""Photos of identity cards."""
