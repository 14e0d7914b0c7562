"""What the desk is shown with a ticket of a kind, and what it can do with it."""
