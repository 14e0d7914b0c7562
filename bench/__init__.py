"""Measures what is promised of Sluis' speed, beside peers on the same core: `make bench`."""
