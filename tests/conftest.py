from hypothesis import settings

settings.register_profile("same each time", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("same each time")
