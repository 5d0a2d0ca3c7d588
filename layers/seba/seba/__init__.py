"""Seba (সেবা, "service"): a WhatsApp service desk on AWS."""
