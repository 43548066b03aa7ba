"""One palette and one matplotlib style for every figure of the book."""

import re

import matplotlib as mpl
from matplotlib import colors

PALETTE = {
    # name: (on a light page, on a dark page); each at least 3 : 1 against its page, ink 7 : 1
    "ink": ("#24292f", "#dfe3e8"),
    "muted": ("#6e7781", "#9aa4af"),
    "blue": ("#0072b2", "#58b4e8"),
    "red": ("#cc3311", "#ff7256"),
    "green": ("#00805c", "#3fc79a"),
    "purple": ("#9a4d8f", "#df94d0"),
    "gold": ("#9c6b00", "#e3b341"),
}

CYCLE = ("blue", "red", "green", "purple", "gold")

LIGHT = {name: light for name, (light, _) in PALETTE.items()}

STYLE = {
    "axes.edgecolor": LIGHT["muted"],
    "axes.facecolor": "none",
    "axes.labelcolor": LIGHT["ink"],
    "axes.labelsize": 9,
    "axes.prop_cycle": f"cycler(color={[LIGHT[c] for c in CYCLE]})",
    "axes.spines.right": False,
    "axes.spines.top": False,
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
    "xtick.labelsize": 8,
    "ytick.color": LIGHT["muted"],
    "ytick.labelcolor": LIGHT["ink"],
    "ytick.labelsize": 8,
}


def use():
    """Make this matplotlib's style, and the palette's names its names for these colours."""
    mpl.rcParams.update(STYLE)
    known = colors.get_named_colors_mapping()
    for name, colour in LIGHT.items():
        known[name] = colour


def css():
    """The palette as CSS variables, for the book's dark theme and JupyterLab's too."""

    def block(selector, column):
        colours = "".join(f"--lossbook-{name}:{pair[column]};" for name, pair in PALETTE.items())
        return f"{selector}{{{colours}}}\n"

    return block(":root", 0) + block('html[data-theme="dark"],body[data-jp-theme-light="false"]', 1)


def themed(svg):
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
