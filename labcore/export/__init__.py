"""A run taken home, in forms that reproduce it.

source     the lab's own code, file by file
lineage    what a run went on from, as short as it can be said
code       a script, and a notebook in `notebook`
made       what a run was made of: settings, key, versions
page       a page that plays without a server
picture    the panels at one frame, as plain Plotly figures
replay     exported runs read again, compared and computed anew
"""

from labcore.export.code import script
from labcore.export.lineage import Trunk
from labcore.export.made import Made, file_name, made_of
from labcore.export.notebook import notebook
from labcore.export.page import bundle, html, run_file
from labcore.export.picture import figures

__all__ = [
    "Made",
    "Trunk",
    "bundle",
    "figures",
    "file_name",
    "html",
    "made_of",
    "notebook",
    "run_file",
    "script",
]
