"""The quick verification cases: the simulator against theory and against published results."""

from __future__ import annotations

from floorcast.verification.cases import VerificationRow, disagreements, verify


def sentence(row: VerificationRow) -> str:
    return (
        f"{row.case}: {row.measure} of {row.of} is {row.simulated:.6g} +- {row.half_width:.2g},"
        f" expected {row.expected:.6g} ({row.verdict})"
    )


def test_quick_cases_agree() -> None:
    rows = verify(quick=True)
    assert len({row.case for row in rows}) >= 8
    assert not disagreements(rows), "\n".join(map(sentence, disagreements(rows)))
