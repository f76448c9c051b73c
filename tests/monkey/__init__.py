"""A monkey at the window: random actions of a user, replayable, with checks after each. See ``__main__``."""
