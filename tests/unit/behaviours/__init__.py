"""What behaviours are told from."""
