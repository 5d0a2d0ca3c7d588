"""Use cases, named by act. They know storage, queues and WhatsApp only through the Protocols in ``ports.py``."""
