"""What looks wrong in a history: gaps, duplicates, negative times, a queue that never empties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from floorcast.history.folder import AT

if TYPE_CHECKING:
    import duckdb

_TESTS: dict[str, tuple[tuple[str, str], ...]] = {
    "contacts": (
        ("SELECT count(*) FROM contacts WHERE wait < 0", "{:,} contacts have a negative wait"),
        ("SELECT count(*) FROM contacts WHERE handle < 0", "{:,} contacts have a negative handle time"),
        ("SELECT count(*) FROM contacts WHERE handle = 0 AND outcome = 'handled'", "{:,} answered contacts took 0 seconds"),
        ("SELECT count(*) FROM contacts WHERE handle > 3600 AND channel = 'phone'", "{:,} calls took over an hour"),
        ("SELECT count(*) FROM contacts WHERE outcome = 'handled' AND agent IS NULL", "{:,} answered contacts have no agent"),
        ("SELECT count(*) FROM contacts WHERE wait > 7200 AND channel IN ('phone', 'chat')", "{:,} waits are over 2 hours"),
        ("SELECT count(*) FROM contacts WHERE wait IS NULL AND outcome <> 'open'", "{:,} contacts have no wait"),
        (
            "SELECT count(*) - count(DISTINCT (arrived, type, agent, wait, handle)) FROM contacts WHERE agent IS NOT NULL",
            "{:,} contacts are doubles of others in time, type, agent and length",
        ),
        (
            "SELECT CASE WHEN n >= 0.01 * total THEN n ELSE 0 END FROM (SELECT count(*) AS total,"
            " count(*) - count(DISTINCT (arrived, type, customer, wait, handle)) AS n FROM contacts"
            " WHERE agent IS NULL AND wait IS NOT NULL)",
            "{:,} contacts without an agent are doubles of others in time, type, customer, wait and length",
        ),
        (
            "SELECT count(*) FROM (SELECT agent, arrived + to_seconds(wait) AS a, lag(arrived + to_seconds(wait + handle))"
            " OVER (PARTITION BY agent ORDER BY arrived + to_seconds(wait)) AS b FROM contacts"
            " WHERE agent IS NOT NULL AND channel = 'phone' AND outcome = 'handled') WHERE a < b - INTERVAL 2 SECOND",
            "{:,} calls begin while their agent is still in another",
        ),
    ),
    "intervals": (
        ("SELECT count(*) FROM intervals WHERE offered < 0 OR handle_total < 0", "{:,} intervals have negative numbers"),
        (
            "SELECT count(*) - count(DISTINCT (type, channel, start)) FROM intervals",
            "{:,} intervals stand more than once",
        ),
        ("SELECT count(*) FROM intervals WHERE handled > offered", "{:,} intervals handled more than was offered"),
    ),
    "messages": (
        (
            "SELECT count(*) - count(DISTINCT (contact, sent, sender, agent)) FROM messages",
            "{:,} messages are doubles of others in conversation, time and sender",
        ),
        ("SELECT count(*) FROM messages WHERE sender = 'agent' AND agent IS NULL", "{:,} messages of agents do not say of which agent"),
        (
            "SELECT count(*) FROM (SELECT contact FROM messages GROUP BY contact HAVING count(*) FILTER (sender = 'customer') = 0)",
            "{:,} conversations have no message of a customer",
        ),
    ),
    "activities": (
        ("SELECT count(*) FROM activities WHERE finish <= start", "{:,} activities end before they begin"),
        ("SELECT count(*) FROM activities WHERE finish IS NULL", "{:,} activities have no end"),
    ),
    "posts": (("SELECT count(*) FROM posts WHERE captured < arrived", "{:,} posts were captured before they came"),),
}
_GAPS = """
    WITH days AS (SELECT CAST({at} AS DATE) AS d, count(*) AS n FROM {grain} GROUP BY d),
         every AS (SELECT CAST(unnest(generate_series((SELECT min(d) FROM days)::TIMESTAMP,
                   (SELECT max(d) FROM days)::TIMESTAMP, INTERVAL 1 DAY)) AS DATE) AS d),
         usual AS (SELECT dayofweek(d) AS w, median(n) AS m FROM days GROUP BY w)
    SELECT strftime(every.d, '%Y-%m-%d') FROM every LEFT JOIN days USING (d) JOIN usual ON usual.w = dayofweek(every.d)
    WHERE coalesce(n, 0) < 0.1 * m ORDER BY every.d
"""
_NEVER_EMPTY = """
    WITH moves AS (SELECT CAST(arrived AS DATE) AS d, arrived AS t, 1 AS change FROM contacts WHERE wait > 0
                   UNION ALL SELECT CAST(arrived AS DATE), ended, -1 FROM contacts WHERE wait > 0),
         level AS (SELECT d, sum(change) OVER (PARTITION BY d ORDER BY t, change) AS n FROM moves)
    SELECT strftime(d, '%Y-%m-%d') FROM level GROUP BY d HAVING {test} ORDER BY d
"""


def doubts_of(connection: duckdb.DuckDBPyConnection, counts: dict[str, int]) -> list[str]:
    """One sentence for each thing that looks wrong; nothing of it was changed or left out."""
    found: list[str] = []
    for grain, tests in _TESTS.items():
        if not counts[grain]:
            continue
        for query, words in tests:
            row = connection.execute(query).fetchone()
            if row and row[0]:
                found.append(words.format(int(row[0])))
        at = AT[grain]
        gaps = [str(row[0]) for row in connection.execute(_GAPS.format(at=at, grain=grain)).fetchall()]
        if gaps:
            found.append(f"{len(gaps)} days have nothing or next to nothing, unlike their weekday: {_some(gaps)}")
    if counts["contacts"]:
        for test, words in (
            ("min(n) < 0", "days on which more left the queue than had joined it: {}"),
            ("count(*) > 50 AND quantile_cont(n, 0.05) >= 1", "days on which the queue is hardly ever empty: {}"),
        ):
            days = [str(row[0]) for row in connection.execute(_NEVER_EMPTY.format(test=test)).fetchall()]
            if days:
                found.append(words.format(_some(days)))
    return found


def clock_changes(connection: duckdb.DuckDBPyConnection, counts: dict[str, int], zone: str | None) -> list[str]:
    """What stands in the hours that a zone's clocks skip or repeat: local times without an offset lie there, or
    cannot be told apart."""
    if zone is None:
        return []
    found: list[str] = []
    for grain, at in AT.items():
        if not counts[grain]:
            continue
        row = connection.execute(f"SELECT min({at}), max({at}) FROM {grain}").fetchone()
        if not row or row[0] is None:
            continue
        for start, end, twice in _changes(row[0].date(), row[1].date(), zone):
            number = connection.execute(f"SELECT count(*) FROM {grain} WHERE {at} >= ? AND {at} < ?", [start, end]).fetchone()
            if number and number[0]:
                what = f"{number[0]:,} {grain} from {start:%Y-%m-%d %H:%M} to {end:%H:%M}"
                found.append(
                    f"{what}, an hour that comes twice in {zone}: the first and the second cannot be told apart"
                    if twice
                    else f"{what}, an hour that {zone} skips: their clock was another one"
                )
    return found


def _changes(first: date, last: date, zone: str) -> list[tuple[datetime, datetime, bool]]:
    """Local hours (from, to, whether they come twice) at which a zone's clocks change between two days."""
    place = ZoneInfo(zone)
    found = []
    for number in range((last - first).days + 1):
        midnight = datetime.combine(first + timedelta(days=number), datetime.min.time(), UTC)
        for hour in range(-14, 12):
            before, after = (midnight + timedelta(hours=hour + more) for more in (0, 1))
            old, new = (one.astimezone(place).utcoffset() or timedelta() for one in (before, after))
            if old != new and (after.replace(tzinfo=None) + min(old, new)).date() == midnight.date():
                low, high = sorted((after.replace(tzinfo=None) + old, after.replace(tzinfo=None) + new))
                found.append((low, high, new < old))
    return found


def _some(days: list[str]) -> str:
    return ", ".join(days[:8]) + (f" and {len(days) - 8} more" if len(days) > 8 else "")
