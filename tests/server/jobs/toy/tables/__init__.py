"""One table, made by hand: tests need no migrations."""
