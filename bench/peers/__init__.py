"""Other ways to answer the same call with the same checks."""
