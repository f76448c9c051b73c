"""How fast?"""
