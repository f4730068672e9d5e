"""The contact centre itself: records, calendar, and one file per concern of handlers.

Every handler takes the whole state ``s`` (see :mod:`floorcast.model.records.state`) first. The same source runs
compiled (the default) or as plain Python with ``NUMBA_DISABLE_JIT=1``.
"""
