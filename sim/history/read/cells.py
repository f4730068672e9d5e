"""How cells are read, as SQL over a text column: one row per way of writing a value."""

from __future__ import annotations

from collections.abc import Callable

from floorcast.history.folder import quoted as quoted

# Formats of moments that can be read one way only, then those where the order of day and month
# has to be known. Two-digit years stand first: four digits would take them for the year 26.
CLEAR = (
    "%a, %d %b %Y %H:%M:%S", "%a %b %d %H:%M:%S +0000 %Y", "%Y%m%d %H:%M", "%Y%m%d", "%m%d%Y", "%d %b %Y %H:%M:%S", "%d-%b-%y %H:%M",
    "%d-%b-%Y %H:%M:%S", "%y%m%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M:%S", ", %I:%M:%S %p")
ORDERS = {"day-first": "%d{0}%m{0}{1}", "month-first": "%m{0}%d{0}{1}"}
AMBIGUOUS = r"^\s*(\d{1,2})([/-])(\d{1,2})[/-](\d{2}|\d{4})(\D|$)"


def formats(order: str | None) -> list[str]:
    """Every format of a moment, with those of one order of day and month; dots are day first."""
    found = list(CLEAR)
    for sign, used in ((".", "day-first"), ("/", order), ("-", order)):
        if used is not None:
            found += [ORDERS[used].format(sign, year) + clock for year in ("%y", "%Y") for clock in _CLOCKS]
    return found


def name(text: str) -> str:
    """A column's name as SQL."""
    return '"' + text.replace('"', '""') + '"'


def moment(text: str, order: str | None) -> str:
    """A local moment; ISO first, which is quick and can be read one way only."""
    listed = "[" + ", ".join(quoted(one) for one in formats(order)) + "]"
    iso = f"CASE WHEN regexp_matches({text}, '^\\s*\\d{{4}}-') THEN try_cast({text} AS TIMESTAMP) END"
    unix = f"CASE WHEN regexp_matches({text}, '^1\\d{{9}}(\\.\\d+)?$') THEN epoch_ms(CAST(1000 * CAST({text} AS DOUBLE) AS BIGINT)) END"
    return f"coalesce({iso}, {unix}, try_strptime(trim({text}), {listed}))"


def number(text: str) -> str:
    """A number with a point or a comma for decimals, and signs for thousands and per cent left out.

    One sign alone is a decimal sign unless exactly three digits follow a point or comma that
    stands more than once.
    """
    bare = f"regexp_replace({text}, '[%\\s\\x{{a0}}'']', '', 'g')"
    both = f"(contains({bare}, ',') AND contains({bare}, '.'))"
    last_comma = f"(length({bare}) - position(',' IN reverse({bare})) > length({bare}) - position('.' IN reverse({bare})))"
    many = f"(length({bare}) - length(replace({bare}, ',', '')) > 1)"
    return (
        f"try_cast(CASE WHEN {both} AND {last_comma} THEN replace(replace({bare}, '.', ''), ',', '.')"
        f" WHEN {both} OR {many} THEN replace({bare}, ',', '') ELSE replace({bare}, ',', '.') END AS DOUBLE)"
    )


def duration(text: str) -> str:
    """Seconds of ':24', '4:10', '61:07', '1:02:03', '50:38:24.085' or a number of seconds."""
    parts = f"string_split(trim({text}), ':')"
    seconds = f"try_cast(replace(nullif({parts}[-1], ''), ',', '.') AS DOUBLE)"
    minutes = f"coalesce(try_cast(nullif({parts}[-2], '') AS DOUBLE), 0)"
    hours = f"coalesce(try_cast(nullif({parts}[-3], '') AS DOUBLE), 0)"
    clock = f"regexp_matches(trim({text}), '^\\d*(:\\d{{1,2}}){{1,2}}([.,]\\d+)?$')"
    return (
        f"CASE WHEN {clock} THEN {seconds} + 60 * {minutes} + 3600 * {hours}"
        f" WHEN NOT contains({text}, ':') THEN {number(text)} END"
    )


def clock(text: str) -> str:
    """Seconds of the day of '9:14', '09:14:05', '9:14 PM', '1330' or of the start of '09:00-09:30'."""
    first = f"trim(regexp_extract({text}, '^\\s*[0-9:]+(\\.[0-9]+)?\\s*([AaPp]\\.?[Mm]\\.?)?'))"
    digits = f"regexp_extract({first}, '^[0-9:]+')"
    parts = f"string_split({digits}, ':')"
    hours = f"try_cast({parts}[1] AS INTEGER)"
    bare = f"regexp_matches({digits}, '^\\d{{3,4}}$')"
    whole = f"try_cast({digits} AS INTEGER)"
    half = f"upper(replace(regexp_extract({first}, '[AaPp]\\.?[Mm]'), '.', ''))"
    of_hours = (
        f"CASE {half} WHEN 'AM' THEN {hours} % 12 WHEN 'PM' THEN {hours} % 12 + 12 ELSE {hours} END"
    )
    return (
        f"CASE WHEN {bare} THEN 3600 * ({whole} // 100) + 60 * ({whole} % 100)"
        f" ELSE 3600 * ({of_hours}) + 60 * coalesce(try_cast({parts}[2] AS INTEGER), 0)"
        f" + coalesce(try_cast({parts}[3] AS INTEGER), 0) END"
    )


def span(text: str) -> str:
    """Seconds from the first to the second clock of '09:00-09:30' or '9:00 to 9:30 AM'; none of one clock alone."""
    between = "\\s*([-\u2013\u2014]|to|bis)\\s*"
    first, second = (f"regexp_extract({text}, '^(.*?[0-9.mM])({between})([0-9].*)$', {n})" for n in (1, 4))
    gap = f"({clock(second)}) - ({clock(first)})"
    return f"CASE WHEN {second} <> '' THEN nullif((({gap}) % 43200 + 43200) % 43200, 0) END"


def flag(text: str) -> str:
    """Yes or no, in the words of several systems."""
    return (
        f"CASE WHEN lower(trim({text})) IN ('1', 'y', 'yes', 'true', 'ja', 'oui', 'si') THEN true"
        f" WHEN lower(trim({text})) IN ('0', 'n', 'no', 'false', 'nein', 'non', '-') THEN false END"
    )


# Who sent a message, in the words of several systems.
SENDERS = {
    "customer": ("customer", "user", "visitor", "contact", "lead", "client", "end user", "enduser", "end-user", "guest", "inbound", "in", "consumer"),
    "agent": ("agent", "admin", "operator", "staff", "teammate", "representative", "outbound", "out"),
    "bot": ("bot", "system", "chatbot", "automation", "custom_bot", "workflow"),
}  # fmt: skip


def sender(text: str) -> str:
    """Who sent a message: customer, agent or bot."""
    cases = " ".join(
        f"WHEN lower(trim({text})) IN ({', '.join(map(quoted, words))}) THEN {quoted(who)}" for who, words in SENDERS.items()
    )
    return f"CASE {cases} END"


def _scaled(read: Callable[[str], str], factor: float) -> Callable[[str], str]:
    return lambda text: f"{factor!r} * ({read(text)})"


def _text(text: str) -> str:
    return f"nullif(trim({text}), '')"


# How a column may be read; `moment` is made with the order of day and month and is not here.
READERS: dict[str, Callable[[str], str]] = {
    "text": _text,
    "person": _text,
    "id": _text,
    "number": number,
    "seconds": duration,
    "milliseconds": lambda text: f"CASE WHEN contains({text}, ':') THEN {duration(text)} ELSE 0.001 * ({number(text)}) END",
    "minutes": _scaled(number, 60.0),
    "hours": _scaled(number, 3600.0),
    "clock": clock,
    "span": span,
    "flag": flag,
    "sender": sender,
}
SQL_TYPES = {
    "moment": "TIMESTAMP", "text": "VARCHAR", "person": "VARCHAR", "id": "VARCHAR", "flag": "BOOLEAN", "sender": "VARCHAR",
}  # fmt: skip
BLANK = ("", "-", "--", "n/a", "na", "null", "none", "[none]", "[deleted]", "no_server", "nan")
