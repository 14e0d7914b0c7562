"""Open data that an operator imported, kept in the database."""
