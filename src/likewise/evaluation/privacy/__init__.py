"""Does it give anybody away?"""
