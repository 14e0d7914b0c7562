"""What server and tables share to write fast and safely: the engine, batches, the writer."""
