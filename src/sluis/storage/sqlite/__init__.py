"""SQLite for one process that reads in many threads and writes in several."""
