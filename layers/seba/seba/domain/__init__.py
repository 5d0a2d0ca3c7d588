"""Pure rules: people, sessions, rosters, appointments, dates, identity cards. No AWS, no WhatsApp, no text."""
