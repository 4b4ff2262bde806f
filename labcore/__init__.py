"""All that is computed. It never imports streamlit or pages."""

from labcore.config import BoxList, Config, Control, PointList, control, format_number, shown
from labcore.lab import (
    Boxes,
    Challenge,
    Frame,
    Grab,
    Keys,
    Lab,
    Paint,
    Patch,
    Points,
    Preset,
    Reference,
    Start,
    TourStep,
    Verdict,
)

__all__ = [
    "BoxList",
    "Boxes",
    "Challenge",
    "Config",
    "Control",
    "Frame",
    "Grab",
    "Keys",
    "Lab",
    "Paint",
    "Patch",
    "PointList",
    "Points",
    "Preset",
    "Reference",
    "Start",
    "TourStep",
    "Verdict",
    "control",
    "format_number",
    "shown",
]
