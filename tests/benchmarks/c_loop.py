"""The same queues as a loop in C, compiled on the spot where there is a compiler: what a machine can do.

A record of three instants per customer, exponential draws by inversion from xoshiro256+, a binary heap
of (instant, what), first come first served in a ring; skills by strict priority with three rings.
Nothing else: no turns, slots, ledger, rules or measures.
"""

from __future__ import annotations

import ctypes
import math
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

SOURCE = r"""
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
typedef struct { double at; int64_t what; } entry;
typedef struct { double arrived, answered, ended; int32_t kind, state; } contact;
static uint64_t s[4];
static uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
static uint64_t next(void) {
  uint64_t result = s[0] + s[3], t = s[1] << 17;
  s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotl(s[3], 45);
  return result;
}
static double draw(double mean) { return -mean * log(((next() >> 11) + 0.5) * 0x1p-53); }
static void seeded(uint64_t seed) {
  for (int i = 0; i < 4; i++) {
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u; z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    s[i] = z ^ (z >> 31);
  }
}
static entry *heap; static int n, room;
static void push(double at, int64_t what) {
  if (n == room) heap = realloc(heap, (room *= 2) * sizeof *heap);
  int i = n++;
  while (i > 0 && heap[(i - 1) / 2].at > at) { heap[i] = heap[(i - 1) / 2]; i = (i - 1) / 2; }
  heap[i].at = at; heap[i].what = what;
}
static entry pop(void) {
  entry top = heap[0], last = heap[--n]; int i = 0;
  for (;;) {
    int child = 2 * i + 1;
    if (child >= n) break;
    if (child + 1 < n && heap[child + 1].at < heap[child].at) child++;
    if (heap[child].at >= last.at) break;
    heap[i] = heap[child]; i = child;
  }
  heap[i] = last;
  return top;
}
/* what: kind in the low two bits: 0 arrival, 1 done, 2 patience over; above it the contact */
int64_t erlang_a(double horizon, uint64_t seed, int kinds, const double *gap, int groups, const int *agents,
                 const int *order, const int *serves, double work, double patience, double *out) {
  seeded(seed);
  room = 1024; n = 0; heap = malloc(room * sizeof *heap);
  int64_t most = 1024, born = 0, over = 0, gone = 0; double waited = 0;
  contact *all = malloc(most * sizeof *all);
  int32_t *taken = malloc(most * sizeof *taken);
  int64_t *ring[8], head[8] = {0}, tail[8] = {0}, size[8];
  int idle[8]; double *since[8]; int64_t first[8] = {0}; /* idle agents: since when, the longest first */
  for (int k = 0; k < kinds; k++) {
    size[k] = 1 << 12; ring[k] = malloc(size[k] * sizeof **ring);
    push(draw(gap[k]), (int64_t)k << 2);
  }
  for (int g = 0; g < groups; g++) { idle[g] = agents[g]; since[g] = calloc(agents[g], sizeof **since); }
  while (n) {
    entry e = pop();
    if (e.at >= horizon) break;
    int64_t c = e.what >> 2;
    if ((e.what & 3) == 0) {
      int k = (int)c; push(e.at + draw(gap[k]), e.what);
      if (born == most) {
        most *= 2; all = realloc(all, most * sizeof *all);
        taken = realloc(taken, most * sizeof *taken);
      }
      c = born++; all[c].arrived = e.at; all[c].kind = k; all[c].state = 0; all[c].answered = all[c].ended = NAN;
      int g = -1;
      for (int i = 0; i < groups; i++)
        if (serves[k * groups + i] && idle[i] > 0
            && (g < 0 || since[i][first[i] % agents[i]] < since[g][first[g] % agents[g]])) g = i;
      if (g >= 0) {
        idle[g]--; first[g]++; taken[c] = g; all[c].answered = e.at; all[c].state = 1; over++;
        push(e.at + draw(work), (c << 2) | 1);
      }
      else {
        if (tail[k] - head[k] == size[k]) {
          int64_t *more = malloc(2 * size[k] * sizeof *more);
          for (int64_t i = head[k]; i < tail[k]; i++) more[i % (2 * size[k])] = ring[k][i % size[k]];
          free(ring[k]); ring[k] = more; size[k] *= 2;
        }
        ring[k][tail[k]++ % size[k]] = c; push(e.at + draw(patience), (c << 2) | 2);
      }
    } else if ((e.what & 3) == 2) {
      if (all[c].state == 0) { all[c].state = 2; all[c].ended = e.at; over++; gone++; waited += e.at - all[c].arrived; }
    } else {
      int g = taken[c]; all[c].ended = e.at;
      int busy = 0;
      for (int i = 0; i < kinds; i++) {
        int k = order[i];
        if (!serves[k * groups + g]) continue;
        while (head[k] < tail[k] && all[ring[k][head[k] % size[k]]].state) head[k]++;
        if (head[k] < tail[k]) {
          int64_t d = ring[k][head[k]++ % size[k]];
          busy = 1; taken[d] = g; all[d].answered = e.at; all[d].state = 1; over++; waited += e.at - all[d].arrived;
          push(e.at + draw(work), (d << 2) | 1);
          break;
        }
      }
      if (!busy) { since[g][(first[g] + idle[g]) % agents[g]] = e.at; idle[g]++; }
    }
  }
  out[0] = (double)over; out[1] = (double)gone / over; out[2] = waited / over;
  for (int k = 0; k < kinds; k++) free(ring[k]);
  for (int g = 0; g < groups; g++) free(since[g]);
  free(all); free(taken); free(heap);
  return born;
}
"""


@cache
def library() -> ctypes.CDLL | None:
    """The compiled loop; None without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="floorcast-c-"))
    (folder / "loop.c").write_text(SOURCE)
    command = [compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", "loop.so", "loop.c", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "loop.so"))


def _simulate(
    horizon: float, seed: int, gaps: list[float], agents: list[int], order: list[int], serves: list[list[int]],
) -> dict[str, float]:  # fmt: skip
    lib = library()
    assert lib is not None
    doubles, ints = ctypes.c_double * len(gaps), ctypes.c_int
    flat = [one for row in serves for one in row]
    out = (ctypes.c_double * 3)()
    lib.erlang_a(
        ctypes.c_double(horizon), ctypes.c_uint64(seed), ints(len(gaps)), doubles(*gaps), ints(len(agents)),
        (ints * len(agents))(*agents), (ints * len(order))(*order), (ints * len(flat))(*flat),
        ctypes.c_double(300.0), ctypes.c_double(180.0), out,
    )  # fmt: skip
    return {"contacts": out[0], "abandonment": out[1], "wait_mean": out[2]}


def erlang_a_c(horizon: float, seed: int) -> dict[str, float]:
    """Erlang A, 52 agents, 10 calls a minute."""
    return _simulate(horizon, seed, [6.0], [52], [0], [[1]])


def skills_c(horizon: float, seed: int) -> dict[str, float]:
    """Types A, B, C; A by groups 1 and 3, B by 2 and 3, C by 3; C before A before B."""
    gaps = [15.0, 15.0, 30.0]
    return _simulate(horizon, seed, gaps, [18, 18, 16], [2, 0, 1], [[1, 0, 1], [0, 1, 1], [0, 0, 1]])


def seconds_per_contact(case: str, days: int = 40) -> float:
    """Processor seconds per contact of the loop: the best of several long stretches."""
    import time

    peer = {"erlang_a": erlang_a_c, "skills_priority": skills_c}[case]
    best = math.inf
    for seed in range(5):
        began = time.thread_time()
        found = peer(days * 86400.0, seed)
        best = min(best, (time.thread_time() - began) / found["contacts"])
    return best
