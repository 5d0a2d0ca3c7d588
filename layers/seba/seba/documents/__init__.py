"""Papers and pictures the desk makes: the QR code of a booking, a centre's list of the day, the poster for the wall.

``qr`` is pure Python and runs in the notifier. ``day_list`` and ``poster`` need fpdf2 and uharfbuzz (the ``documents``
extra), which only the clock and the operator's command carry; nothing here imports them on its own.
"""
