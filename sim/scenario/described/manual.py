"""The manual of a kind of file, made from its JSON Schema: a table of keys for every block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST_CHOICES = 12


def manual(title: str, schema: Mapping[str, Any]) -> str:
    """Markdown with one section per block that has keys of its own, in the order they are met."""
    definitions = schema["$defs"]
    lines = [f"## {title}", "", *_about(schema), *_table(schema, definitions)]
    for name in _met(schema, definitions):
        block = definitions[name]
        if _keys(block):
            lines += [f"### {name}", "", *_about(block), *_table(block, definitions)]
    words = [n for n in _met(schema, definitions) if not _keys(definitions[n])]
    if words:
        lines += [f"### Words of {title.lower()}", "", "| written | is |", "|---|---|"]
        lines += [f"| {name} | {_cell(_kind(definitions[name], definitions, deep=True))} |" for name in sorted(words)]
        lines.append("")
    return "\n".join(lines)


def _keys(block: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a block, of all the forms it may have."""
    found: dict[str, Any] = dict(block.get("properties", {}))
    for form in (*block.get("anyOf", ()), *block.get("oneOf", ())):
        if isinstance(form, Mapping):
            found |= dict(form.get("properties", {}))
    return found


def _about(block: Mapping[str, Any]) -> list[str]:
    text = " ".join(str(block.get("description", "")).split())
    return [text, ""] if text else []


def _table(block: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    needed = set(block.get("required", ()))
    rows = ["| key | is | default |", "|---|---|---|"]
    for key, entry in _keys(block).items():
        default = "needed" if key in needed else _default(entry)
        rows.append(f"| `{key}` | {_cell(_kind(entry, definitions))} | {_cell(default)} |")
    return [*rows, ""]


def _default(entry: Mapping[str, Any]) -> str:
    value = entry.get("default")
    return "" if value in (None, "", {}, [], ()) else f"{value}"


def _kind(entry: Any, definitions: Mapping[str, Any], deep: bool = False) -> str:
    """What may be written, in words."""
    if not isinstance(entry, Mapping):
        return "anything"
    if "$ref" in entry:
        name = str(entry["$ref"]).rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})" if _keys(definitions.get(name, {})) else name
    if "enum" in entry:
        choices = [str(choice) for choice in entry["enum"]]
        more = f", ... ({len(choices)})" if len(choices) > _MOST_CHOICES else ""
        return ", ".join(choices[:_MOST_CHOICES]) + more
    for word in ("anyOf", "oneOf"):
        if word in entry:
            kinds = [_kind(form, definitions, deep) for form in entry[word] if form != {"type": "null"}]
            return " or ".join(dict.fromkeys(kinds))
    if deep and entry.get("description"):
        return " ".join(str(entry["description"]).split())
    if entry.get("type") == "array":
        return f"list of {_kind(entry.get('items', {}), definitions)}"
    if entry.get("type") == "object":
        inner = entry.get("additionalProperties")
        return f"mapping to {_kind(inner, definitions)}" if isinstance(inner, Mapping) else "mapping"
    kind = entry.get("type", "anything")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _met(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    """Names of the definitions, in the order in which they are first referred to."""
    seen: dict[str, None] = {}
    left: list[Any] = [{k: v for k, v in schema.items() if k != "$defs"}]
    while left:
        node = left.pop(0)
        if isinstance(node, list):
            left[:0] = node
        elif isinstance(node, Mapping):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen[name] = None
                left.append(definitions.get(name, {}))
            left[:0] = list(node.values())
    return list(seen)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
