"""Certified Pick up in the database."""
