"""The pages for developers and stakeholders."""
