"""Sluis: an open API platform, from "I would like to use your API" to calls in production."""
