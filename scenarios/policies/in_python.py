"""Routing in Python, for what a policy file cannot say; and disturbances of a run.

    . .venv/bin/activate
    python scenarios/policies/in_python.py

Runs a tutorial day on the SimPy clock three times: under its own policy, under two decisions written
below, and with an outage and a floor walker. The policy file still says who may take what: the functions
choose among those candidates, which come in the order in which the file would take them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from floorcast.clock.python_policy import decided_by
from floorcast.clock.simpy_clock import run_simpy
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario

SCENARIO = Path(__file__).parents[1] / "tutorial" / "3_social_beside_phone.yaml"


def rested_agents(floor, contact, agents):
    """A negative post goes to whoever has been occupied least so far."""
    if contact.sentiment == "negative":
        return min(agents, key=lambda agent: (agent.rank, agent.occupancy))
    return agents[0]  # the built-in decision


def no_second_angry_customer_in_a_row(floor, agent, contacts):
    """Whose last contact was negative gets another sort, if any waits."""
    rows = floor.contacts[floor.contacts["agent"] == agent.index]
    if len(rows) and rows[np.argmax(rows["answered"])]["sentiment"] < 0:
        return next((contact for contact in contacts if contact.sentiment != "negative"), contacts[0])
    return contacts[0]


def outage(group, start, length):
    """A process that sends a whole group away for a while."""

    def process(env, floor):
        yield env.timeout(start)
        away = [agent for agent in range(*floor.members(group)) if floor.state.agents[agent]["present"]]
        for agent in away:
            floor.send_away(agent)
        yield env.timeout(length)
        for agent in away:
            floor.call_back(agent)

    return process


def floor_walker(of, most, group, every=300.0):
    """A process that looks round and calls the first absent agent of a group in while too many wait."""

    def process(env, floor):
        while True:
            yield env.timeout(every)
            if floor.waiting(of) > most:
                absent = [a for a in range(*floor.members(group)) if not floor.state.agents[a]["present"]]
                if absent:
                    floor.call_back(absent[0])

    return process


def main() -> None:
    """Print the mean wait until answered, per contact type."""
    scenario = load_scenario(SCENARIO)
    world = assemble(scenario, policies_of(scenario)[0])
    deciding = decided_by(world, rested_agents, no_second_angry_customer_in_a_row)
    group = world.group_names[0]
    disturbances = [outage(group, 11 * 3600, 1800), floor_walker("all", 10, group)]
    runs = {
        "its own policy": run_simpy(world, 1, 0),
        "decisions in Python": run_simpy(deciding, 1, 0),
        "outage, floor walker": run_simpy(world, 1, 0, processes=disturbances),
    }
    print(f"{'mean wait until answered, minutes':36}" + "".join(f"{name:>16}" for name in world.type_names))
    for name, one in runs.items():
        waits = one.contacts["answered"] - one.contacts["arrived"]
        of = one.contacts["contact_type"]
        cells = (f"{np.nanmean(waits[of == k]) / 60:16.1f}" for k in range(len(world.type_names)))
        print(f"{name:36}" + "".join(cells))


if __name__ == "__main__":
    main()
