"""One file a command of main.py."""
