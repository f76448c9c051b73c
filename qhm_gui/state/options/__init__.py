"""The options of single pages: a frozen dataclass of declared fields a file, a part of the state each."""
