"""What the gateway asks from outside, answered from the database."""
