"""The same call centres in other simulators, as their own documentation would write them.

Each function simulates ``horizon`` seconds and returns what can be compared: contacts, share
abandoned, mean wait of all in seconds.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass

import simpy


@dataclass
class Tally:
    """What every peer counts."""

    contacts: int = 0
    abandoned: int = 0
    waited: float = 0.0

    def figures(self) -> dict[str, float]:
        """The compared figures."""
        return {
            "contacts": self.contacts,
            "abandonment": self.abandoned / max(1, self.contacts),
            "wait_mean": self.waited / max(1, self.contacts),
        }


def erlang_a_simpy(horizon: float, seed: int) -> dict[str, float]:
    """Idiomatic SimPy: a process per customer, a Resource of agents, waiting or reneging."""
    env = simpy.Environment()
    agents = simpy.Resource(env, capacity=52)
    rng = random.Random(seed)
    tally = Tally()

    def customer():
        arrived = env.now
        with agents.request() as slot:
            outcome = yield slot | env.timeout(rng.expovariate(1 / 180))
            tally.contacts += 1
            tally.waited += env.now - arrived
            if slot in outcome:
                yield env.timeout(rng.expovariate(1 / 300))
            else:
                tally.abandoned += 1

    def source():
        while True:
            yield env.timeout(rng.expovariate(1 / 6))
            env.process(customer())

    env.process(source())
    env.run(until=horizon)
    return tally.figures()


def erlang_a_simpy_lean(horizon: float, seed: int) -> dict[str, float]:
    """SimPy without processes: timeouts with callbacks, own queue."""
    env = simpy.Environment()
    rng = random.Random(seed)
    tally = Tally()
    waiting: deque[list[float]] = deque()
    free = [52]

    def serve(arrived):
        tally.contacts += 1
        tally.waited += env.now - arrived
        env.timeout(rng.expovariate(1 / 300)).callbacks.append(done)

    def done(_):
        while waiting:
            customer = waiting.popleft()
            if customer[1]:
                customer[1] = 0
                serve(customer[0])
                return
        free[0] += 1

    def arrive(_):
        env.timeout(rng.expovariate(1 / 6)).callbacks.append(arrive)
        patience = rng.expovariate(1 / 180)
        if free[0]:
            free[0] -= 1
            serve(env.now)
            return
        customer = [env.now, 1]
        waiting.append(customer)

        def give_up(_):
            if customer[1]:
                customer[1] = 0
                tally.contacts += 1
                tally.abandoned += 1
                tally.waited += env.now - customer[0]

        env.timeout(patience).callbacks.append(give_up)

    env.timeout(rng.expovariate(1 / 6)).callbacks.append(arrive)
    env.run(until=horizon)
    return tally.figures()


def erlang_a_ciw(horizon: float, seed: int) -> dict[str, float]:
    """Ciw: a network of one node with reneging."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=1 / 6)],
        service_distributions=[ciw.dists.Exponential(rate=1 / 300)],
        number_of_servers=[52],
        reneging_time_distributions=[ciw.dists.Exponential(rate=1 / 180)],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(horizon)
    return _ciw_figures(simulation.get_all_records())


def _ciw_figures(records) -> dict[str, float]:
    tally = Tally()
    for record in records:
        tally.contacts += 1
        if record.record_type == "renege":
            tally.abandoned += 1
            tally.waited += record.exit_date - record.arrival_date
        else:
            tally.waited += record.waiting_time
    return tally.figures()


def priority_simpy(horizon: float, seed: int) -> dict[str, float]:
    """Idiomatic SimPy: three classes at one PriorityResource of ten."""
    env = simpy.Environment()
    agents = simpy.PriorityResource(env, capacity=10)
    rng = random.Random(seed)
    tally = Tally()

    def customer(rank):
        arrived = env.now
        with agents.request(priority=rank) as slot:
            yield slot
            tally.contacts += 1
            tally.waited += env.now - arrived
            yield env.timeout(rng.expovariate(1 / 60))

    def source(rank):
        while True:
            yield env.timeout(rng.expovariate(3 / 60))
            env.process(customer(rank))

    for rank in range(3):
        env.process(source(rank))
    env.run(until=horizon)
    return tally.figures()


def priority_simpy_lean(horizon: float, seed: int) -> dict[str, float]:
    """SimPy without processes: timeouts with callbacks, a queue per class."""
    env = simpy.Environment()
    rng = random.Random(seed)
    tally = Tally()
    queues: tuple[deque[float], ...] = (deque(), deque(), deque())
    free = [10]

    def serve(arrived):
        tally.contacts += 1
        tally.waited += env.now - arrived
        env.timeout(rng.expovariate(1 / 60)).callbacks.append(done)

    def done(_):
        for queue in queues:
            if queue:
                serve(queue.popleft())
                return
        free[0] += 1

    def source(queue):
        def arrive(_):
            env.timeout(rng.expovariate(3 / 60)).callbacks.append(arrive)
            if free[0]:
                free[0] -= 1
                serve(env.now)
            else:
                queue.append(env.now)

        env.timeout(rng.expovariate(3 / 60)).callbacks.append(arrive)

    for queue in queues:
        source(queue)
    env.run(until=horizon)
    return tally.figures()


def priority_ciw(horizon: float, seed: int) -> dict[str, float]:
    """Ciw: three customer classes with priorities at one node of ten servers."""
    import ciw

    classes = ("first", "second", "third")
    network = ciw.create_network(
        arrival_distributions={c: [ciw.dists.Exponential(rate=3 / 60)] for c in classes},
        service_distributions={c: [ciw.dists.Exponential(rate=1 / 60)] for c in classes},
        priority_classes={c: rank for rank, c in enumerate(classes)},
        number_of_servers=[10],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(horizon)
    return _ciw_figures(simulation.get_all_records())


def skills_simpy(horizon: float, seed: int) -> dict[str, float]:
    """Idiomatic SimPy: skills need an own dispatcher, so each customer waits for an event of its own."""
    env = simpy.Environment()
    rng = random.Random(seed)
    tally = Tally()
    serves = {0: (0, 2), 1: (1, 2), 2: (2,)}  # type -> groups
    may_take = {0: (0,), 1: (1,), 2: (2, 0, 1)}  # group -> types, C before A before B
    idle: list[list[tuple[float, int]]] = [[(0.0, i) for i in range(n)] for n in (18, 18, 16)]
    queues: dict[int, deque[tuple[simpy.Event, float]]] = {k: deque() for k in range(3)}

    def customer(kind):
        arrived = env.now
        ready = env.event()
        free = [(idle[g][0], g) for g in serves[kind] if idle[g]]
        if free:
            (since, agent), g = min(free)
            heapq.heappop(idle[g])
            ready.succeed((g, agent))
        else:
            queues[kind].append((ready, arrived))
        outcome = yield ready | env.timeout(rng.expovariate(1 / 180))
        tally.contacts += 1
        tally.waited += env.now - arrived
        if ready not in outcome:
            tally.abandoned += 1
            queues[kind].remove((ready, arrived))
            return
        g, agent = ready.value
        yield env.timeout(rng.expovariate(1 / 300))
        for k in may_take[g]:
            if queues[k]:
                waiting, _ = queues[k].popleft()
                waiting.succeed((g, agent))
                return
        heapq.heappush(idle[g], (env.now, agent))

    def source(kind, per_minute):
        while True:
            yield env.timeout(rng.expovariate(per_minute / 60))
            env.process(customer(kind))

    for kind, rate in enumerate((4, 4, 2)):
        env.process(source(kind, rate))
    env.run(until=horizon)
    return tally.figures()
