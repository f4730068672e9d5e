"""Uniforms for Python: the same generator as the model's, over arrays of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from floorcast.model.records.state import Array

_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_ALL = 0xFFFFFFFFFFFFFFFF


def words(
    c0: Array, c1: Array, c2: Array, c3: Array, k0: int, k1: int
) -> tuple[Array, Array, Array, Array]:
    """Philox 4x32-10 over arrays of counter words (uint64 holding 32 bits)."""
    a, b, c, d = (np.asarray(x, dtype=np.uint64) for x in (c0, c1, c2, c3))
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * a, np.uint64(0xCD9E8D57) * c
        a, b = (p1 >> _32) ^ b ^ np.uint64(k0), p1 & _LOW
        c, d = (p0 >> _32) ^ d ^ np.uint64(k1), p0 & _LOW
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return a, b, c, d


def uniforms(keys: Array, streams: Array, ordinals: Array, seed0: int, seed1: int) -> tuple[Array, Array]:
    """Two uniforms for each (key, stream, ordinal), as ``random.two_uniforms`` gives them; 1 less them where the key
    is `mirrored`."""
    keys = np.asarray(keys, dtype=np.uint64)
    a, b, c, d = words(keys & _LOW, keys >> _32, streams, ordinals, seed0, seed1 & 0xFFFFFFFF)
    turned = np.uint64(seed1 >> 32)
    return _unit(a ^ turned, b ^ turned), _unit(c ^ turned, d ^ turned)


def _unit(high: Array, low: Array) -> Array:
    bits = ((high << _32) | low) >> np.uint64(12)
    return (bits.astype(np.float64) + 0.5) * 2.220446049250313e-16


def run_key(seed: int, replication: int) -> tuple[int, int]:
    """The generator's key of one replication: a block of Philox keyed by the seed."""
    a, b, c, d, k0, k1 = replication, 0, 0, 0, seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF
    for _ in range(10):  # as `words` has it; of one block, plain numbers are quicker
        p0, p1 = (0xD2511F53 * a) & _ALL, (0xCD9E8D57 * c) & _ALL
        a, b = (p1 >> 32) ^ b ^ k0, p1 & 0xFFFFFFFF
        c, d = (p0 >> 32) ^ d ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return a, b


def mirrored(seed0: int, seed1: int) -> tuple[int, int]:
    """The key under which `uniforms` gives 1 - u where it gives u under this one. Of Python's draws only: the model
    knows no such keys."""
    return seed0, seed1 | 0xFFFFFFFF << 32
