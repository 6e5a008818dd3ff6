"""Is it as good for every group of people?"""
