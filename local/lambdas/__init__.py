"""The functions, run with Lambda's own semantics.

worker.py       one execution environment: a process that handles one event at a time
environment.py  starts such processes, hands them events, and ends those that take too long
gateway.py      the HTTP API: events of version 2.0, and answers
pollers.py      the queues: batches, partial failures, visibility, dead letters
schedules.py    the schedules: with time, and whenever the clock is moved
"""
