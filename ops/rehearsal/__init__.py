"""An opening day with simulated citizens, against a stack that can stand it.

people.py    who comes: names, cards, homes, languages, what they will do; and what they tap
phones.py    how they reach the desk: the local stack's double of Meta, or signed webhooks and a double of our own
records.py   what was written and what came back, and which answer belongs to which message
play.py      the day: publishing, registering, the hour, taps, the end
verdict.py   whether anything happened that must not
"""
