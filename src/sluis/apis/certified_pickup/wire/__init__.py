"""Certified Pick up in JSON: bodies and parameters in, receipts, refusals and notifications out."""
