"""What a sweep found, in sentences."""

from __future__ import annotations

from floorcast.study.alternatives.sweeps import Axis, Sweep


def base_of(sweep: Sweep) -> str:
    """What was swept, in words."""
    return f"Variant: {sweep.base}" if sweep.base else "As written"


def said(sweep: Sweep) -> list[str]:
    """The findings of a sweep in sentences."""
    axis = sweep.axes[0]
    lines = []
    for place, values in enumerate(sweep.meeting):
        at = f" where {sweep.axes[1].path} = {sweep.axes[1].texts[place]}" if len(sweep.axes) == 2 else ""
        texts = [text for text, value in zip(axis.texts, axis.values) if value in values]
        if not texts:
            lines.append(f"No {axis.path} of these meets all targets for sure{at}.")
        else:
            few = f"; the smallest is {texts[0]}" if len(texts) > 1 else ""
            lines.append(f"All targets are met for sure{at} at {axis.path} = {', '.join(texts)}{few}.")
    for tip in sweep.tips:
        word, until = ("up to", "from") if tip.up else ("down to", "at or below")
        sure = "at no value for sure" if tip.sure != tip.sure else f"for sure {word} {tip.sure:g}"
        broken = "" if tip.broken != tip.broken else f", surely not {until} {tip.broken:g}"
        about = f"{tip.about:.4g}{share(axis, tip.about)}"
        what = f"{tip.of}, {tip.target.replace('_', ' ')}"
        lines.append(f"{what}: holds {sure}, by the mean {word} about {about}{broken}.")
    return lines


def share(axis: Axis, value: float) -> str:
    """A volume as more or less than the base."""
    return f" ({100 * (value - 1):+.3g} %)" if axis.path.endswith("volume") else ""
