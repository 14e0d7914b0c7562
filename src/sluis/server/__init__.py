"""Everything that touches the world: HTTP, the database, mail, pages, commands."""
