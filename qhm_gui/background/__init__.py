"""Work in a thread of its own."""
