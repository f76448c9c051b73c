"""The window of QHM Explorer: everything that knows of Qt."""
