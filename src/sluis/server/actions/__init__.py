"""One thing a person does, whole: check, change, audit, mail; for pages, commands and scripts."""
