"""What publishers send and read, and what everybody may know of a draw."""
