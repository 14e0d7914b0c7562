"""Numbers of barcodes that were issued, kept in the database."""
