"""The tests; a package, because a dependency installs another one of this name.

Generated scenarios are the same ones in every process.

Hypothesis draws some values from constants that it finds in whatever modules happen to be loaded;
which those are depends on the tests that a worker was given before.
"""

from hypothesis.internal.conjecture import providers

if hasattr(providers, "_get_local_constants"):
    _NONE = providers.Constants()
    providers._get_local_constants = lambda: _NONE
