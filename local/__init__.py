"""The whole of Seba on one machine, for trying, showing and testing; nothing here is deployed.

    stack.py     builds the parts in order, starts and stops them
    clock.py     the one clock they all read; it can be moved
    journal.py   what passes through the house, in plain words (the strip of the page)
    aws/         moto behind one lock, and the resources of template.yaml created in it
    lambdas/     the functions behind HTTP API, queues and schedules, with Lambda's own semantics
    meta/        a double of WhatsApp's Cloud API, and the phones of the people who write
    web.py       one port for everything: gateway, Meta double, AWS, the page and /local/…
    page/        the phones, as plain HTML, CSS and JavaScript
    talk.py      the phones in a terminal

`python -m local` (`make run`) starts it; `python -m local.talk` (`make talk`) is the same in a terminal.
"""
