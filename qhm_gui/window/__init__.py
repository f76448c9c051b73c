"""The window and what it is put together from."""
