"""Whether customers, surveys and reputation make sense: names, and feedback that must end of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from floorcast.scenario.read.problems import Path, Wrong, found
from floorcast.scenario.schema.targets import PEOPLE_MEASURES

if TYPE_CHECKING:
    from floorcast.scenario.checks.scenario_checks import ScenarioChecks
    from floorcast.scenario.schema.customers import Survey
    from floorcast.scenario.schema.scenario import Scenario

MOST_FEEDBACK = 0.95  # further contacts per contact


def feedback(scenario: Scenario) -> float:
    """Further contacts that each contact brings at the very worst, with all customers in the worst mood: issues that
    come sooner and follow-ups, which both bring their like again. Below 1 it ends of itself."""
    people = scenario.customers
    again = people.again.probability if people is not None and people.again is not None else 0.0
    return again + max((_followed_up(survey) for survey in scenario.surveys), default=0.0)


def _followed_up(survey: Survey) -> float:
    """The share of contacts that a survey follows up, at the very most."""
    block = survey.follow_up
    if block is None:
        return 0.0
    scores, shares = zip(*survey.answered, strict=True)
    grid = np.linspace(1.0, block.below, 101)
    return survey.share * block.probability * float(np.interp(grid, scores, shares).max())


def most_volume(scenario: Scenario) -> float:
    """By how much customers' memory and reputation can multiply the contacts at the very most."""
    said = scenario.reputation
    more = said.at_most if said is not None and said.complaints != said.demand else 0.0
    return (1.0 + more) / (1.0 - feedback(scenario))


def check_customers(checks: ScenarioChecks) -> None:
    """Every problem of these blocks."""
    scenario, people = checks.scenario, checks.scenario.customers
    if people is not None:
        checks.known("channel", people.prefer, checks.channels, ("customers", "prefer"))
        if people.again is not None:
            checks.known("contact type", people.again.to, checks.types, ("customers", "again", "to"))
        if people.heavy is not None and people.heavy.of_contacts < people.heavy.share:
            few, share = people.heavy.of_contacts, people.heavy.share
            why = f"{100 * share:.4g} % of the customers bring {100 * few:.4g} % of the contacts: fewer than others do"
            checks.warn(("customers", "heavy"), why)
        if people.survey_fatigue is not None and checks.whole and not scenario.surveys:
            message = "found survey_fatigue and no surveys that could tire; allowed with surveys"
            checks.error(("customers", "survey_fatigue"), Wrong(message))
    for index, survey in enumerate(scenario.surveys):
        path: Path = ("surveys", index)
        checks.known("contact type or channel", survey.of, [*checks.types, *checks.channels], (*path, "of"))
        for place, name in enumerate(survey.of):
            if name in scenario.contact_types and scenario.contact_types[name].between_agents:
                checks.error(checks.place((*path, "of"), name, place), found(name, "contact types of customers"))
        if survey.follow_up is None:
            continue
        to = survey.follow_up.to
        if checks.known("contact type", [to], checks.types, (*path, "follow_up", "to")) and checks.whole:
            _check_follow_up(checks, to, path)
    _check_traces(checks)
    for index, target in enumerate(scenario.targets if checks.whole else ()):
        if target.measure in PEOPLE_MEASURES and _kept_by(target.measure, scenario):
            checks.error(
                ("targets", index, "measure"),
                Wrong(
                    f"found {target.measure}, which is kept only where the scenario has"
                    f" {_kept_by(target.measure, scenario)}; allowed the other measures"
                ),
            )
    if checks.whole and not checks.failed and feedback(scenario) >= MOST_FEEDBACK:
        again = people is not None and people.again is not None
        checks.error(
            ("customers", "again", "probability") if again else ("surveys",),
            Wrong(
                f"found feedback that runs away: at worst each contact brings {feedback(scenario):.3g} others, by"
                f" customers who come again and by follow-ups; allowed below {MOST_FEEDBACK:g} together"
            ),
        )


def _kept_by(measure: str, scenario: Scenario) -> str:
    """The block without which a measure has no value, where the scenario lacks it; else nothing."""
    if measure.startswith("survey") or measure == "followed_up":
        return "" if scenario.surveys else "surveys"
    if measure == "reputation":
        return "" if scenario.reputation else "reputation"
    return "" if scenario.customers else "customers"


def _check_follow_up(checks: ScenarioChecks, to: str, path: Path) -> None:
    """Customers who are contacted again wait for nobody."""
    scenario = checks.scenario
    entry = scenario.contact_types.get(to)
    if entry is None or entry.channel not in scenario.channels:
        return
    if scenario.traits_of(entry.channel).synchronous:
        checks.error(
            (*path, "follow_up", "to"),
            found(to, "a contact type that waits for its agent, such as one of email: nobody holds the line"),
        )


def _check_traces(checks: ScenarioChecks) -> None:
    people = checks.scenario.customers
    for name, entry in checks.scenario.contact_types.items():
        for index, source in enumerate(entry.arrivals):
            if source.trace is None or source.trace.customer is None:
                continue
            path: Path = ("contact_types", name, "arrivals", index, "trace", "customer")
            if people is None:
                message = "found customers by number, but no customers; allowed with customers: {size: ...}"
                checks.error(path, Wrong(message))
                continue
            highest = int(source.trace.rows.columns["customer"].max(initial=-1)) + 1
            if highest > people.size:
                checks.error(path, found(highest, f"numbers from 1 to customers.size = {people.size}"))
