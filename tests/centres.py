"""The made-up centres that several tests share, as text; what a test varies is a parameter.

A centre that one test alone needs stands in that test, where a reader looks for it.
"""

from __future__ import annotations

from textwrap import indent

# One contact type, one skill, one team: files are read and refused with it, by line.
ONE_TEAM = """\
contact_types:
  calls:
    channel: phone
    skills: [billing]
    arrivals: {{rate: {rate} per hour}}
    work: {{exponential: 3 min}}
    patience: {{exponential: 2 min}}
groups:
  team:
    skills: [billing]
    channels: [phone]
    {people}
"""


def one_team(head: str, rate: int, people: str) -> str:
    """`head`, and one team that answers calls; `people`: its last line or lines."""
    return head + ONE_TEAM.format(rate=rate, people=people)


def queue(name: str, channel: str, rate: str, work: str, patience: str = "") -> str:
    """One contact type with exponential work, as a block of `contact_types`."""
    lines = [f"{name}:", f"  channel: {channel}", f"  arrivals: {{rate: {rate}}}", f"  work: {{exponential: {work}}}"]
    lines += [f"  patience: {{exponential: {patience}}}"] if patience else []
    return indent("\n".join(lines) + "\n", "  ")


def centre(head: str, queues: list[str], group: str, targets: list[str] | None = None) -> str:
    """A whole file: `head`, contact types made by `queue`, the group `team`, and targets."""
    asked = "targets:\n" + "".join(f"  - {{{one}}}\n" for one in targets) if targets else ""
    return f"{head}contact_types:\n{''.join(queues)}groups:\n{group}{asked}"


def first_and_help(policy: str, help_: int = 5) -> str:
    """Calls of ten minutes, one agent who takes them first, and others who may help; `policy` is its block."""
    return f"""
contact_types:
  calls: {{channel: phone, work: 10 min}}
groups:
  first: {{channels: [phone], agents: 1}}
  help: {{channels: [phone], agents: {help_}}}
policy:
{policy}"""


def kept_for_calls(reserve: int) -> str:
    """A team of three who are back from a call after ten minutes, of whom `reserve` are kept from mails."""
    return f"""
    contact_types:
      call: {{channel: phone, work: 5 min, unavailable: 10 min}}
      mail: {{channel: email, work: 1 min}}
    groups: {{team: {{channels: [phone, email], agents: 3}}}}
    policy:
      rules: [{{when: {{channel: email}}, plan: mail}}]
      plans: {{mail: [{{groups: team, reserve: {{team: {reserve}}}}}]}}
    """
