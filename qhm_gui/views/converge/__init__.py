"""Does it converge?"""
