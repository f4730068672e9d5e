"""A hook of mkdocs: what pages link to outside docs/ comes along, so that no link of the site is dead.

README.md becomes a page; files are copied to files/, folders become a list of what is in them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"\]\(((?:\.\./)[^)#\s]+)(#[^)]*)?\)")
_IN_README = re.compile(r"\]\((?!https?:)([^)#\s]+)(#[^)]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add README.md and everything outside docs/ that a page links to."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "readme.md", content=_IN_README.sub(_from_readme, readme)))
    texts = [page.content_string for page in list(files) if page.src_uri.endswith(".md")]
    wanted = {found[1].removeprefix("../").rstrip("/") for text in texts for found in _LINK.finditer(text)}
    for name in sorted(wanted - {"README.md"}):
        path = ROOT / name
        if path.is_file():
            files.append(File.generated(config, f"files/{name}", abs_src_path=str(path)))
            continue
        inside = sorted(one for one in path.iterdir() if one.is_file())
        listed = "".join(f"- [{one.name}]({one.name})\n" for one in inside)
        files.append(File.generated(config, f"files/{name}/index.md", content=f"# {name}\n\n{listed}"))
        for one in inside:
            files.append(File.generated(config, f"files/{name}/{one.name}", abs_src_path=str(one)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links that leave docs/ lead to what came along."""
    return _LINK.sub(_to_files, markdown)


def _to_files(found: re.Match[str]) -> str:
    name, anchor = found[1].removeprefix("../").rstrip("/"), found[2] or ""
    if name == "README.md":
        return f"](readme.md{anchor})"
    return f"](files/{name}/index.md{anchor})" if (ROOT / name).is_dir() else f"](files/{name}{anchor})"


def _from_readme(found: re.Match[str]) -> str:
    """README.md stands one folder higher than the pages."""
    name, anchor = found[1], found[2] or ""
    return f"]({name.removeprefix('docs/')}{anchor})" if name.startswith("docs/") else f"](../{name}{anchor})"
