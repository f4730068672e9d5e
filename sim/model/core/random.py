"""Random numbers that depend on what they are for, never on when they are drawn.

A counter-based generator, Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
numbers: as easy as 1, 2, 3", SC 2011): the key is (seed, replication), the counter is (contact,
stream, ordinal). Any distribution is a monotone quantile function of one uniform.
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from floorcast.model.core.jit import called, handler, inlined

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_12 = np.uint64(12)


class Stream(IntEnum):
    """Names of the random streams; a block of two uniforms each, per ordinal."""

    GAP = 1  # between contacts of a source
    CREATION = 2  # patience, work of the first turn
    TURN = 3  # work of turn n, thinking before it
    WRAP_UP = 4  # after-contact work
    TURNS = 5  # number of turns, language
    PERSON = 6  # sentiment, trigger words
    WORTH = 7  # reach, value
    RETRY = 8  # whether, after how long
    RETRY_TO = 9  # where to; key of the new contact
    CHOICE = 10  # agent chosen at random
    DAY = 11  # day factor of a source
    ABSENCE = 12  # absent, late at all
    LATE = 13  # late by
    COUNT = 14  # rounding of scaled counts
    AGE = 15  # age of a contact waiting at the start
    CHILD = 16  # keys of contacts created inside the run
    FOLLOW = 17  # whether and when a further contact of the issue comes; the ordinal is its cause
    FOLLOW_TO = 18  # where to
    KERNEL = 19  # gap to the next post attracted, whether it comes in spite of an answer
    POST = 20  # key of a post attracted, its contact type
    BACKFIRE = 21  # gap to the next post that a poor answer attracts
    BACKFIRE_POST = 22  # its key, its contact type
    HEAR = 23  # listening: relevant, passed on; sentiment, subject; found late
    BOT = 24  # contained, how long it takes
    ANSWERS = 25  # whether another's answer closes it; callback accepted
    RESOLVE = 26  # whether the issue is resolved
    TRIAGE = 27  # work of a short look
    HISTORY = 28  # last purchase, activity of the customer
    APPROVE = 29  # key of an approval; whether draft n is rejected
    STATE = 30  # of a statement: its delay, whether it is poor; gaps to the posts that it attracts
    STATED = 31  # key of a post that a poor statement attracts, its contact type
    HOLD = 32  # key of a holding reply
    CUSTOMER = 33  # who it is; angry after all; leaves, comes again; key of another issue
    MEMBER = 34  # of a customer: tier, language
    SURVEY = 35  # asked, answers; after how long, followed up; key of the follow-up
    SAID = 36  # more or fewer contacts by reputation
    EVALUATE = 37  # whether a contact is evaluated; key of its evaluation
    SAYS = 49  # whether it needs an answer, its stars; a review is revised
    WORDS = 38  # words, two a block
    REPLY = 39  # whether the public sees an answer elsewhere; an answer contradicts another
    MODERATE = 47  # whether that a post is taken down is noticed; key of the moderator's work
    PEERS = 48  # whether and when another customer answers; whether that is right
    OFFER = 40  # how an agent answers an offer
    PICK = 41  # how long an agent takes to pick
    TURN_OUTCOME = 42  # whether a contact is passed on, and where to
    AFRESH = 43  # work after a transfer
    ASKED = 44  # key of a consultation
    REST = 45  # how long an agent is not available after a contact
    BURST = 46  # calm and busy spells of a source


@inlined
def philox(c0, c1, c2, c3, k0, k1):
    """One block of Philox 4x32-10: four 32-bit words in uint64, for counter c and key k."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _32) ^ c1 ^ k0
        c1 = p1 & _LOW
        c2 = (p0 >> _32) ^ c3 ^ k1
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@inlined
def unit(high, low):
    """Two 32-bit words to a double strictly between 0 and 1 (52 bits, centred)."""
    return (np.float64(((high << _32) | low) >> _12) + 0.5) * 2.220446049250313e-16


@inlined
def two_uniforms(s, key, stream, ordinal):
    """The two uniforms of (contact key, stream, ordinal) under this run's seed."""
    w0, w1, w2, w3 = philox(
        np.uint64(key) & _LOW,
        np.uint64(key) >> _32,
        np.uint64(stream),
        np.uint64(ordinal),
        s.centre[0]["seed0"],
        s.centre[0]["seed1"],
    )
    return unit(w0, w1), unit(w2, w3)


two_uniforms_called = called(two_uniforms)


@handler
def child_key(s, key, stream, ordinal):
    """Key of a contact created inside the run: a function of its parent's key only."""
    w0, w1, _, _ = philox(
        np.uint64(key) & _LOW,
        np.uint64(key) >> _32,
        np.uint64(stream),
        np.uint64(ordinal),
        s.centre[0]["seed0"],
        s.centre[0]["seed1"],
    )
    return (w0 << _32) | w1


@inlined
def log(x):
    """Natural logarithm of a positive normal double, as in fdlibm (error below 1 ulp): no call, no
    branch, and the same on every machine."""
    b = np.float64(x).view(np.int64) + 0x00095F6200000000
    k = np.float64((b >> 52) - 1023)
    f = np.int64((b & 0x000FFFFFFFFFFFFF) + 0x3FE6A09E00000000).view(np.float64) - 1.0
    half = 0.5 * f * f
    q = f / (2.0 + f)
    z = q * q
    w = z * z
    r = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    r += z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    return q * (half + r) + k * 1.90821492927058770002e-10 - half + f + k * 6.93147180369123816490e-01


@handler
def normal_quantile(u):
    """Standard normal quantile: Wichura's AS 241 (PPND16), relative error about 1e-16."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        num = 2509.0809287301226727
        num = num * r + 33430.575583588128105
        num = num * r + 67265.770927008700853
        num = num * r + 45921.953931549871457
        num = num * r + 13731.693765509461125
        num = num * r + 1971.5909503065514427
        num = num * r + 133.14166789178437745
        num = num * r + 3.387132872796366608
        den = 5226.495278852545925
        den = den * r + 28729.085735721942674
        den = den * r + 39307.89580009271061
        den = den * r + 21213.794301586595867
        den = den * r + 5394.1960214247511077
        den = den * r + 687.1870074920579083
        den = den * r + 42.313330701600911252
        den = den * r + 1.0
        return q * num / den
    r = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        num = 7.7454501427834140764e-4
        num = num * r + 0.0227238449892691845833
        num = num * r + 0.24178072517745061177
        num = num * r + 1.27045825245236838258
        num = num * r + 3.64784832476320460504
        num = num * r + 5.7694972214606914055
        num = num * r + 4.6303378461565452959
        num = num * r + 1.42343711074968357734
        den = 1.05075007164441684324e-9
        den = den * r + 5.475938084995344946e-4
        den = den * r + 0.0151986665636164571966
        den = den * r + 0.14810397642748007459
        den = den * r + 0.68976733498510000455
        den = den * r + 1.6763848301838038494
        den = den * r + 2.05319162663775882187
        den = den * r + 1.0
    else:
        r -= 5.0
        num = 2.01033439929228813265e-7
        num = num * r + 2.71155556874348757815e-5
        num = num * r + 0.0012426609473880784386
        num = num * r + 0.026532189526576123093
        num = num * r + 0.29656057182850489123
        num = num * r + 1.7848265399172913358
        num = num * r + 5.4637849111641143699
        num = num * r + 6.6579046435011037772
        den = 2.04426310338993978564e-15
        den = den * r + 1.4215117583164458887e-7
        den = den * r + 1.8463183175100546818e-5
        den = den * r + 7.868691311456132591e-4
        den = den * r + 0.0148753612908506148525
        den = den * r + 0.13692988092273580531
        den = den * r + 0.59983220655588793769
        den = den * r + 1.0
    return -num / den if q < 0.0 else num / den


@handler
def table_quantile(knots, low, high, u):
    """Linear between the knots (u, x) of rows low..high-1; a step where two knots share one u."""
    last = high - 1
    if u <= knots[low]["u"]:
        return knots[low]["x"]
    if u >= knots[last]["u"]:
        return knots[last]["x"]
    a = low
    b = last
    while b - a > 1:
        middle = (a + b) >> 1
        if knots[middle]["u"] <= u:
            a = middle
        else:
            b = middle
    width = knots[b]["u"] - knots[a]["u"]
    if width <= 0.0:
        return knots[b]["x"]
    return knots[a]["x"] + (knots[b]["x"] - knots[a]["x"]) * (u - knots[a]["u"]) / width


@inlined
def quantile(s, row, u):
    """The value of distribution ``row`` of ``s.draws`` at the uniform ``u``."""
    zero = s.draws[row]["zero"]
    if zero > 0.0:
        if u < zero:
            return 0.0
        u = (u - zero) / (1.0 - zero)
    kind = s.draws[row]["kind"]
    a = s.draws[row]["a"]
    if kind == 1:
        left = 1.0 - u
        # What rounding took from 1 - u is given back, so that small draws are exact too.
        return -a * (log(left) + ((1.0 - left) - u) * (1.0 + u))
    if kind == 0:
        return a
    if kind == 2:
        return a + (s.draws[row]["b"] - a) * u
    if kind == 3:
        return math.exp(a + s.draws[row]["b"] * normal_quantile(u))
    return table_quantile(s.knots, s.draws[row]["knot_from"], s.draws[row]["knot_to"], u)


@handler
def quantile_or_zero(s, row, u):
    """``quantile`` for the rarer events; 0 where there is no distribution (row below 0)."""
    return quantile(s, row, u) if row >= 0 else 0.0
