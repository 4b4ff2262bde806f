"""All that is computed. It never imports streamlit or pages."""

from labcore.config import Config, Control, control, format_number
from labcore.lab import (
    Challenge,
    Frame,
    Grab,
    Lab,
    Patch,
    Preset,
    Reference,
    Start,
    Verdict,
)

__all__ = [
    "Challenge",
    "Config",
    "Control",
    "Frame",
    "Grab",
    "Lab",
    "Patch",
    "Preset",
    "Reference",
    "Start",
    "Verdict",
    "control",
    "format_number",
]
