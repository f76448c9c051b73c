"""The chrome of the window: controls painted from the tokens, which show and ask but hold no truth."""
