"""Message-level exports: what is simulated and exported message by message comes back within its intervals."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from floorcast.history.folder import History
from floorcast.history.layouts.registry import LAYOUTS
from floorcast.history.others.conversations import talks_of
from floorcast.history.read.importing import ImportReport, Wishes, import_files
from floorcast.history.written.fitting import fit_history
from floorcast.history.written.intervals import talk_numbers
from floorcast.history.written.writing import write_scenario
from floorcast.history.written.writing_plain import fit_plain, write_plain
from floorcast.scenario import load_scenario
from tests.unit.history.chatting import (
    HELD,
    START,
    THINK,
    TURNS,
    WORK,
    WRITERS,
    Message,
    chatted,
    table,
)

TRUTH = {"turns": TURNS, "work on a turn": WORK, "thinking": THINK, "held at once": HELD}
BY_MESSAGE = [one.key for one in LAYOUTS.values() if one.grain == "messages"]


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return chatted(2, seed=24)


def imported(text: str, folder: Path, name: str = "chats.csv", layout: str | None = None) -> tuple[History, ImportReport]:
    (folder / name).write_text(text)
    report = import_files([folder / name], folder / "history", Wishes(layout=layout))
    return History(folder / "history"), report


def hand_written(rows: list[tuple[int, int, str, str]], times: int = 30) -> str:
    """Conversations (number, seconds, sender, agent), repeated on as many days."""
    found = [
        Message(number + 100 * day, START + timedelta(days=day, seconds=36_000 + second), sender, agent)
        for day in range(times)
        for number, second, sender, agent in rows
    ]
    return table(found)


@pytest.mark.parametrize("layout", BY_MESSAGE)
def test_what_was_simulated_comes_back(layout: str, messages: list[Message], tmp_path: Path) -> None:
    name, write = WRITERS[layout]
    asked = layout if layout == "intercom-messages" else None
    history, report = imported(write(messages), tmp_path, name, asked)
    bots = len({one.conversation for one in messages}) if layout == "intercom-messages" else 0
    assert report.counts["messages"] == len(messages) + bots
    (talk,) = talks_of(history)
    numbers = {one.kind: one for one in talk_numbers([talk])}
    for kind, value in TRUTH.items():
        half = max(numbers[kind].high - numbers[kind].value, 0.0)
        assert abs(numbers[kind].value - value) <= 1.5 * half + 1e-9, numbers[kind]
    assert len(talk.began) == len({one.conversation for one in messages})


def test_the_scenario_of_messages_alone_says_it(messages: list[Message], tmp_path: Path) -> None:
    history, _ = imported(table(messages), tmp_path)
    scenario = load_scenario(write_plain(fit_plain(history), tmp_path / "out", "chats.csv"))
    kind = scenario.contact_types["messaging orders"]
    assert kind.turns.mean == pytest.approx(TURNS, rel=0.1)
    assert kind.work.mean == pytest.approx(WORK, rel=0.1)
    assert kind.think.mean == pytest.approx(THINK, rel=0.1)
    assert scenario.groups["writing"].channels == {"messaging": HELD}


def test_the_page_of_pictures_has_no_script_and_no_names(messages: list[Message], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from floorcast.history.written.pictures import write_plain_pictures

    history, _ = imported(table(messages), tmp_path)
    fit = fit_plain(history)
    text = write_plain_pictures(fit.types, fit.totals, "chats.csv", tmp_path / "fit.html").read_text()
    assert text.count("<svg") == 4 and "<script" not in text
    assert "Thinking before the next question" in text and "Work on a turn" in text


def test_of_a_chat_that_is_fitted_from_contacts_turns_come_from_messages(messages: list[Message], tmp_path: Path) -> None:
    (tmp_path / "chats.csv").write_text(table(messages).replace(",type", ",type,channel").replace(",orders\n", ",orders,chat\n"))
    rows = {}
    for one in messages:
        rows.setdefault(one.conversation, one.sent)
    body = [f"{at:%Y-%m-%d %H:%M:%S},20,600,agent 1,chat,orders" for at in rows.values()]
    (tmp_path / "contacts.csv").write_text("\n".join(["arrived,wait,handle,agent,channel,type", *body]) + "\n")
    import_files([tmp_path / "chats.csv", tmp_path / "contacts.csv"], tmp_path / "history", Wishes())
    scenario = load_scenario(write_scenario(fit_history(History(tmp_path / "history")), tmp_path / "out"))
    kind = scenario.contact_types["orders"]
    assert kind.turns.mean == pytest.approx(TURNS, rel=0.1)
    assert kind.work.mean == pytest.approx(WORK, rel=0.1)


def test_waiting_for_the_agent_is_no_work(tmp_path: Path) -> None:
    """Two ask at once; the agent answers one after 60 s, the other 40 s later: 60 s and 40 s of work."""
    rows = [(1, 0, "customer", ""), (2, 0, "customer", ""), (1, 60, "agent", "Ann"), (2, 100, "agent", "Ann")]
    rows += [(1, 200, "customer", ""), (1, 260, "agent", "Ann")]
    history, _ = imported(hand_written(rows), tmp_path)
    (talk,) = talks_of(history)
    assert talk.work is not None
    assert sorted(set(talk.work)) == [40.0, 60.0]
    assert talk.held == (2, 1.5, 60)


def test_messages_in_a_row_are_one_question_and_one_answer(tmp_path: Path) -> None:
    rows = [
        (1, 0, "customer", ""), (1, 10, "customer", ""), (1, 11, "bot", ""), (1, 40, "agent", "Ann"), (1, 50, "agent", "Ann"),
        (1, 90, "customer", ""), (1, 120, "agent", "Ann"), (1, 125, "customer", ""),
    ]  # fmt: skip
    history, _ = imported(hand_written(rows), tmp_path)
    (talk,) = talks_of(history)
    assert talk.work is not None
    assert set(talk.turns) == {2.0}
    assert sorted(set(talk.work)) == [30.0, 40.0]
    assert sorted(set(talk.think)) == [5.0, 40.0]


def test_a_long_silence_tells_no_work_and_who_is_written_to_has_not_come(tmp_path: Path) -> None:
    rows = [(1, 0, "customer", ""), (1, 7200, "agent", "Ann"), (2, 7300, "agent", "Ann"), (2, 7400, "customer", ""), (2, 7430, "agent", "Ann")]
    rows += [(3, 8000, "customer", ""), (3, 8020, "agent", "Ann")]
    history, _ = imported(hand_written(rows), tmp_path)
    (talk,) = talks_of(history)
    assert talk.work is not None
    assert talk.left_out == 30
    assert set(talk.work) == {20.0}
    assert len(talk.began) == 60


def test_who_gets_no_answer_is_counted(tmp_path: Path) -> None:
    rows = [(n, 100 * n, "customer", "") for n in range(4)] + [(n, 100 * n + 50, "agent", "Ann") for n in range(3)]
    history, _ = imported(hand_written(rows), tmp_path)
    (talk,) = talks_of(history)
    assert talk.unanswered.value == pytest.approx(0.25, abs=0.01)


def test_agents_who_are_others_in_every_chat_tell_no_work(tmp_path: Path) -> None:
    rows = [(1, 0, "customer", ""), (1, 60, "agent", "participant")]
    text = hand_written(rows).replace("participant", "p")
    lines = [line.replace(",p,", f",p{n},") for n, line in enumerate(text.splitlines())]
    history, _ = imported("\n".join(lines) + "\n", tmp_path)
    (talk,) = talks_of(history)
    assert talk.work is None
    assert talk.held is None


def test_a_sender_that_cannot_be_read_is_named_with_row_and_column(tmp_path: Path) -> None:
    text = hand_written([(1, 0, "customer", ""), (1, 60, "agent", "Ann")])
    history, report = imported(text.replace("customer", "klant", 1), tmp_path)
    assert report.files[0].bad == [f"{tmp_path / 'chats.csv'}:2: column 'sender': found 'klant', which cannot be read"]
    assert report.files[0].left_out == {"without a sender that can be read": 1}
    assert report.counts["messages"] == 59


def test_texts_and_names_are_not_kept(messages: list[Message], tmp_path: Path) -> None:
    name, write = WRITERS["connect-transcript"]
    history, _ = imported(write(messages[:400]), tmp_path, name)
    kept = (history.folder / "messages.parquet").read_bytes()
    assert b"secret" not in kept
    assert b"c-1" not in kept


def test_messages_of_a_history_without_conversations_say_so(tmp_path: Path) -> None:
    from floorcast.scenario.read.problems import InputErrors

    history, _ = imported(hand_written([(1, 0, "customer", ""), (1, 60, "agent", "Ann")], times=5), tmp_path)
    with pytest.raises(InputErrors, match="too little to fit"):
        fit_plain(history)
