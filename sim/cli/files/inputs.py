"""`validate` and `schema`: what a planner writes, checked before anything runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli.faults import BAD_INPUT, BadInput, plain_ending, say_problems
from floorcast.cli.options import policies_by_name, scenarios_by_name

if TYPE_CHECKING:
    from floorcast.policy import Policy
    from floorcast.scenario import InputErrors, Problem, Scenario


class Written(StrEnum):
    """The kinds of file that people write."""

    scenario = "scenario"
    policy = "policy"
    people = "people"


def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="Scenarios, files of people and lessons; names of those that come with Floorcast too.",
            callback=scenarios_by_name,
            show_default=False,
        ),
    ] = None,
    policy: Annotated[
        list[Path] | None,
        typer.Option(
            "--policy",
            metavar="FILE",
            callback=policies_by_name,
            help="Check this policy instead of the scenario's own, or alone; repeat it for more.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check scenarios and the policies they name; print every problem at once."""
    with plain_ending():
        if not files and not policy:
            raise BadInput("found no file; allowed one or more scenarios, or --policy FILE")
        # All of them, past the first bad one.
        fine = [_is_fine(file, policy) for file in files or ()]
        if not files:
            fine = [_is_fine_policy(file) for file in policy or ()]
        if not all(fine):
            raise typer.Exit(BAD_INPUT)


def _is_fine(file: Path, policy_files: list[Path] | None) -> bool:
    """Check one scenario and print what was found; False when it cannot be used."""
    from floorcast.lessons.lesson import is_lesson_file
    from floorcast.planning.roster.people import is_people_file
    from floorcast.policy import policies_of
    from floorcast.policy.checks.unused import doubts_about, unused
    from floorcast.scenario import InputErrors, load_scenario
    from floorcast.scenario.checks.customer_words import stability_in_words
    from floorcast.scenario.what_if.variants import own_variants
    from floorcast.study.alternatives.options import options_of
    from floorcast.study.alternatives.sensitivity import check_own

    if is_people_file(file):
        return _is_fine_people(file)
    if is_lesson_file(file):
        return _is_fine_lesson(file)
    try:
        scenario = load_scenario(file)
        policies = policies_of(scenario, policy_files)
        say_problems(doubts_about(scenario, policies))
        options_of(scenario, policies[:1], own_variants(scenario))
        check_own(scenario, policies)
    except InputErrors as errors:
        say_problems([*errors.problems, *_of_policies(errors, policy_files)])
        return False
    say_problems(unused(scenario, policies))
    for policy in policies:
        say_problems(policy.warnings)
    typer.echo(f"{file}: fine: {_in_words(scenario, policies)}")
    for sentence in stability_in_words(scenario):
        typer.echo(f"{file}: {sentence}")
    return True


def _of_policies(errors: InputErrors, policy_files: list[Path] | None) -> list[Problem]:
    """Where the scenario is wrong: what is wrong with the policies by themselves, not told yet."""
    from floorcast.policy import load_policy
    from floorcast.scenario import InputErrors

    told = {problem.file for problem in errors.problems}
    found: list[Problem] = []
    for file in policy_files or ():
        try:
            load_policy(file)
        except InputErrors as further:
            found += [problem for problem in further.problems if problem.file not in told]
    return found


def _is_fine_people(file: Path) -> bool:
    """Check a file of people for `roster`."""
    from floorcast.planning.roster.people import load_people
    from floorcast.scenario import InputErrors

    try:
        people = load_people(file)
    except InputErrors as errors:
        say_problems(errors.problems)
        return False
    typer.echo(f"{file}: fine: {len(people.people)} people, {people.days} days, {len(people.shifts)} shifts")
    return True


def _is_fine_lesson(file: Path) -> bool:
    """Check a lesson for the page."""
    from floorcast.lessons.lesson import load_lesson
    from floorcast.scenario import InputErrors

    try:
        lesson = load_lesson(file)
    except InputErrors as errors:
        say_problems(errors.problems)
        return False
    settings = f" in {len(lesson.written.settings)} settings" if lesson.written.settings else ""
    typer.echo(f"{file}: fine: the lesson {lesson.title!r}{settings}, {len(lesson.policies)} policies")
    return True


def _is_fine_policy(file: Path) -> bool:
    """Check a policy by itself: its words, not yet the names that only a scenario knows."""
    from floorcast.policy import load_policy
    from floorcast.scenario import InputErrors

    try:
        policy = load_policy(file)
    except InputErrors as errors:
        say_problems(errors.problems)
        return False
    say_problems(policy.warnings)
    typer.echo(f"{file}: fine by itself; with --policy beside a scenario its names are checked too")
    return True


def _in_words(scenario: Scenario, policies: list[Policy]) -> str:
    def count(number: int, what: str) -> str:
        return f"{number} {what}{'' if number == 1 else 's'}"

    names = ", ".join(policy.name for policy in policies)
    return ", ".join(
        (
            count(scenario.days, "day"),
            count(len(scenario.type_names), "contact type"),
            count(len(scenario.channel_names), "channel"),
            count(len(scenario.group_names), "group"),
            f"{'policy' if len(policies) == 1 else 'policies'} {names}",
        )
    )


def schema(
    of: Annotated[Written, typer.Argument(metavar="KIND", help="The kind of file.")] = Written.scenario,
    as_manual: Annotated[
        bool, typer.Option("--manual", help="Print a manual to read (Markdown) instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of a kind of file, for editors that complete and check."""
    import json

    from floorcast.planning.roster.people import people_json_schema
    from floorcast.policy import policy_json_schema
    from floorcast.scenario import scenario_json_schema

    with plain_ending():
        policy = policy_json_schema()
        documents = {
            Written.scenario: lambda: scenario_json_schema(policy),
            Written.policy: lambda: policy,
            Written.people: people_json_schema,
        }
        document = documents[of]()
        if as_manual:
            from floorcast.scenario.described.manual import manual

            typer.echo(manual(f"Files of kind {of.value}", document))
        else:
            typer.echo(json.dumps(document, indent=2))
