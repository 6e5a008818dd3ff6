"""Does it work like the real data?"""
