from hypothesis import settings

# Examples have no deadline of their own: on a busy machine one in a thousand takes seconds.
settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")
