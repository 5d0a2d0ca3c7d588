"""A double of WhatsApp's Cloud API: what Meta accepts, refuses and reports, with a clock that can be moved.

refusals.py    the documented error codes and the shape they come in
checks.py      what Meta would refuse in a message, written independently of the product's own limits
templates.py   message templates as registered with Meta
media.py       uploads, downloads, and links that last five minutes
people.py      who is on WhatsApp, under which identities, and what their phones show
deliveries.py  signed webhooks, delivered again when refused
faults.py      failures on order, for tests
double.py      the double itself
api.py         its HTTP face
"""
