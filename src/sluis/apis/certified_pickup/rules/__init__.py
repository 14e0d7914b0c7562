"""What a release allows, and who is told: pure, on values that never change."""
