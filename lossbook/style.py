"""One palette and one matplotlib style for every figure of the book."""

import re
from pathlib import Path
from typing import Any

SHEET = (Path(__file__).parent / "palette.css").read_text("utf-8")
# Its first rule is the palette of light pages.
LIGHT = dict(re.findall(r"--lossbook-(\w+): (#\w+)", SHEET.partition("}")[0]))

CYCLE = ("blue", "red", "green", "purple", "gold")

STYLE: dict[Any, Any] = {
    "axes.edgecolor": LIGHT["muted"],
    "axes.facecolor": "none",
    "axes.labelcolor": LIGHT["ink"],
    "axes.labelsize": 9,
    "axes.prop_cycle": f"cycler(color={[LIGHT[c] for c in CYCLE]})",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "figure.facecolor": "none",
    "font.size": 9,
    "legend.frameon": False,
    "legend.labelcolor": LIGHT["ink"],
    "lines.linewidth": 1.8,
    "mathtext.fontset": "dejavusans",
    "svg.fonttype": "path",
    "svg.hashsalt": "lossbook",
    "text.color": LIGHT["ink"],
    "xtick.color": LIGHT["muted"],
    "xtick.labelcolor": LIGHT["ink"],
    "xtick.labelsize": 9,
    "ytick.color": LIGHT["muted"],
    "ytick.labelcolor": LIGHT["ink"],
    "ytick.labelsize": 9,
}


def use() -> None:
    """Make this matplotlib's style, and the palette's names its names for these colours."""
    import matplotlib as mpl  # slow: the sheet is read without it
    from matplotlib import colors

    mpl.rcParams.update(STYLE)
    known = colors.get_named_colors_mapping()
    for name, colour in LIGHT.items():
        known[name] = colour


def themed(svg: str) -> str:
    """The same drawing, with each colour replaced by its CSS variable: all must be of the palette.

    Black is what matplotlib takes when nobody chose: it becomes ink.
    """
    names = {colour: name for name, colour in LIGHT.items()} | {"#000000": "ink"}

    def variable(match):
        if match[0] not in names:
            allowed = ", ".join(LIGHT)
            raise ValueError(f"the colour {match[0]} is not in the palette; allowed: {allowed}")
        name = names[match[0]]
        return f"var(--lossbook-{name},{LIGHT[name]})"

    return re.sub(r"#[0-9a-f]{6}\b", variable, svg)
