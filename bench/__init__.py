"""Measurements, peers and product side by side: ``python -m bench [NAME …]``.

Each module here measures one thing and returns tables (``figures.Table``); ``__main__`` prints them and writes them to
``results/latest.json``. A new measurement is a module with ``measure()`` and one line in ``__main__.MEASUREMENTS``.
"""
