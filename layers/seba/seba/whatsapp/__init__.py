"""Everything that knows WhatsApp: its payloads in both directions, its limits, its signature, its HTTP API."""
