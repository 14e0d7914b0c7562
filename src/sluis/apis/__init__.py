"""The APIs that run in the platform's own process, one folder each; they never meet."""
