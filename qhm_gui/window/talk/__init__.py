"""Talk mode: the steps of a talk before a room, every picture live, and the speaker's own window."""
