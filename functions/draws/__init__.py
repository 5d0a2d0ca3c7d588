"""Draws that are due."""
