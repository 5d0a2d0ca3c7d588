"""The dialogue engine (a stored state, a step, a turn) and one file per errand. Emits catalogue keys, never text."""
