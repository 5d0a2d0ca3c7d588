"""Texts by key and language, the words that citizens type, and the wording of dates, hours, distances and counts."""
