"""A run taken home: a page that plays without a server, and the code that made it."""

from __future__ import annotations

import ast
import html as escape
import importlib.util
import re
from pathlib import Path

import orjson
import plotly

from labcore.config import Config
from labcore.lab import LabModule
from labcore.palette import THEMES

ROOT = Path(__file__).parents[1]
MODULES = re.compile(r"""^import .*from ["']\./(.+)["'];?$""", re.MULTILINE)


def html(title: str, messages: bytes) -> str:
    """A run as one page that plays anywhere: Plotly, the stage and the messages inside.

    Args:
        title: the heading.
        messages: the finished run as JSON (`Run.resource`).
    """
    library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    data = {"themes": THEMES, "play": 1, "config": {}, "stale": "", "run": None}
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
<script>{_inside(library.read_text())}</script>
<script type="module">
{_inside(bundle("stage.js"))}
const data = {_inside(orjson.dumps(data).decode())};
data.messages = {_inside(messages.decode())};
stage({{ data, parentElement: document.getElementById("stage") }});
</script>
</html>
"""


def bundle(entry: str) -> str:
    """The stage's modules as one script: each after those it imports, once."""
    done: dict[Path, str] = {}

    def add(path: Path) -> None:
        if path in done:
            return
        text = path.read_text()
        done[path] = ""  # a circle of imports ends here
        for name in MODULES.findall(text):
            add((path.parent / name).resolve())
        body = re.sub(r"^import .*$", "", text, flags=re.MULTILINE)
        done.pop(path)
        done[path] = re.sub(r"^export (default )?", "", body, flags=re.MULTILINE)

    add((ROOT / "assets" / entry).resolve())
    return "\n".join(done.values())


def script(module: LabModule, config: Config) -> str:
    """The lab's own code with the settings on screen, to run beside labcore.

    A lab of several files comes as one: each file after those it imports.
    """
    given = ", ".join(f"{name}={value!r}" for name, value in config if name in config.texts())
    return f"""{_source(module.__name__)}

if __name__ == "__main__":
    config = Config({given})
    for frame in run(config):
        print(frame.step, readout(config, frame))
"""


def _source(name: str) -> str:
    """The source of a lab; what it imports from its own package stands before it."""
    done: dict[str, str] = {}

    def add(part: str) -> None:
        if part in done:
            return
        done[part] = ""
        spec = importlib.util.find_spec(part)
        text = Path(spec.origin).read_text() if spec and spec.origin else ""
        lines = text.splitlines()
        for node in ast.parse(text).body:
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            inside = f"{node.module}.".startswith(f"{name}.")
            if inside:
                add(node.module)
            if inside or node.module == "__future__":
                span = slice(node.lineno - 1, node.end_lineno)
                lines[span] = [""] * len(lines[span])
        done.pop(part)
        done[part] = "\n".join(lines).strip("\n")

    add(name)
    return "\n\n\n".join(["from __future__ import annotations", *done.values()]) + "\n"


def _inside(text: str) -> str:
    """Text that may stand inside a script element."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")
