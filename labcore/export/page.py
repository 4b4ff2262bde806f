"""A run as one page that plays without a server, or as one file of its messages."""

from __future__ import annotations

import html as escape
import re
from pathlib import Path

import orjson
import plotly

from labcore.config import Config
from labcore.export.lineage import Trunk
from labcore.export.made import Made, file_name, made_of, own_files
from labcore.lab import LabModule
from labcore.palette import THEMES

ROOT = Path(__file__).parents[2]
IMPORT = re.compile(r"""^import .*?from ["'](\.\.?/.+)["'];?$""", re.MULTILINE)
EXPORTS = re.compile(r"export\s*\{([^}]*)\};?\s*$")
MADE, RUN = "made-of", "run"
"""Ids of the two blocks of data in a page."""


def html(module: LabModule, config: Config, messages: bytes, trunk: Trunk = ()) -> str:
    """A finished run as one page: Plotly, the stage, the messages, and what it was made of.

    Args:
        messages: the finished run as JSON (`Run.resource`).
        trunk: what the run went on from, if it is a branch.
    """
    made = made_of(module, config, trunk)
    return page(module.LAB.question, made, without_tokens(messages, config, trunk))


def page(title: str, made: Made, messages: bytes) -> str:
    """`html` of messages whose record is known."""
    library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    data = {"themes": THEMES, "play": 1, "config": {}, "stale": "", "run": None}
    data["name"] = file_name(made.lab, made.key, "")[:-1]
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape.escape(title)}</title>
<style>
{(ROOT / "assets/stage.css").read_text()}
:root {{ color-scheme: light dark; }}
body {{ font-family: system-ui, sans-serif; max-width: 1200px; margin: 2rem auto; padding: 0 1rem;
       color: {THEMES["light"]["text"]}; background: {THEMES["light"]["paper"]}; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: {THEMES["dark"]["text"]}; background: {THEMES["dark"]["paper"]}; }}
}}
</style>
<h1>{escape.escape(title)}</h1>
<div id="stage"></div>
<script type="application/json" id="{MADE}">{_as_data(orjson.dumps(made.to_json()))}</script>
<script type="application/json" id="{RUN}">{_as_data(messages)}</script>
<script>{_inside(library.read_text())}</script>
<script type="module">
{_inside(bundle("stage.js"))}
const data = {_as_data(orjson.dumps(data))};
data.messages = JSON.parse(document.getElementById("{RUN}").textContent);
stage({{ data, parentElement: document.getElementById("stage") }});
</script>
</html>
"""


def run_file(module: LabModule, config: Config, messages: bytes, trunk: Trunk = ()) -> bytes:
    """A finished run as JSON: what it was made of, and its messages."""
    made = orjson.dumps(made_of(module, config, trunk).to_json())
    return b'{"%s":%s,\n"%s":%s}\n' % (
        MADE.encode(), made, RUN.encode(), without_tokens(messages, config, trunk),
    )  # fmt: skip


def without_tokens(messages: bytes, config: Config, trunk: Trunk) -> bytes:
    """Messages that do not tell by which token the server knows a learner's own file."""
    for part in (config, *(earlier for earlier, _ in trunk)):
        for token in own_files(part).values():
            messages = messages.replace(token.encode(), b"")
    return messages


def bundle(entry: str) -> str:
    """The stage's modules as one script: each after those it imports, once."""
    done: dict[Path, str] = {}

    def add(path: Path) -> None:
        if path in done:
            return
        text = path.read_text()
        done[path] = ""  # a circle of imports ends here
        for name in IMPORT.findall(text):
            add((path.parent / name).resolve())
        done.pop(path)
        done[path] = _foreign(text) if path.parent.name == "vendor" else _own(text)

    add((ROOT / "assets" / entry).resolve())
    return "\n".join(done.values())


def _own(text: str) -> str:
    """A module of the house as a part of one script."""
    text = re.sub(r"^import .*$", "", text, flags=re.MULTILINE)
    return re.sub(r"^export (default )?", "", text, flags=re.MULTILINE)


def _foreign(text: str) -> str:
    """A library: what it exports is known outside of it, and nothing else."""
    exported = EXPORTS.search(text)
    if exported is None:
        raise ValueError("a library under assets/vendor ends with its list of exports")
    pairs = [part.strip().partition(" as ") for part in exported[1].split(",")]
    names = {outside or inside: inside for inside, _, outside in pairs if outside != "default"}
    given = ", ".join(f"{outside}: {inside}" for outside, inside in names.items())
    body = text[: exported.start()]
    return f"const {{ {', '.join(names)} }} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();"


def _as_data(text: bytes) -> str:
    """JSON that may stand inside a script element; in JSON, `<` is found in strings only."""
    return text.decode().replace("<", "\\u003c")


def _inside(text: str) -> str:
    """Code that may stand inside a script element."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")
