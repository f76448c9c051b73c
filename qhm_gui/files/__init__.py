"""What is read and written: sessions, copies for a crash, presets of one's own, settings."""
