"""The shop's web pages: what each shows (``views``), and how it is drawn and worded (``render``, ``templates``).

``views`` is plain data that the services fill. ``render`` needs Jinja2, which only the storefront carries (the
``pages`` extra); nothing imports it but wiring.
"""
