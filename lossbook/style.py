"""One palette and one matplotlib style for every figure of the book."""

PALETTE = {
    # name: (on a light page, on a dark page); each at least 3 : 1 against its page, ink 7 : 1
    "ink": ("#24292f", "#dfe3e8"),
    "muted": ("#6e7781", "#9aa4af"),
    "blue": ("#0072b2", "#58b4e8"),
    "red": ("#c9510c", "#ff8f4f"),
    "green": ("#00805c", "#3fc79a"),
    "purple": ("#9a4d8f", "#df94d0"),
    "gold": ("#9c6b00", "#e3b341"),
}

LIGHT = {name: light for name, (light, _) in PALETTE.items()}

STYLE = {
    "axes.edgecolor": LIGHT["muted"],
    "axes.facecolor": "none",
    "axes.labelcolor": LIGHT["ink"],
    "axes.labelsize": 9,
    "axes.prop_cycle": f"cycler(color={[LIGHT[c] for c in ('blue', 'red', 'green', 'purple', 'gold')]})",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9.5,
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


def css():
    """The palette as CSS variables, for the book's dark theme and JupyterLab's too."""

    def block(selector, column):
        colours = "".join(f"--lossbook-{name}:{pair[column]};" for name, pair in PALETTE.items())
        return f"{selector}{{{colours}}}\n"

    return block(":root", 0) + block('html[data-theme="dark"],body[data-jp-theme-light="false"]', 1)


def themed(svg):
    """The same drawing, with each colour of the palette replaced by its CSS variable."""
    for name, colour in LIGHT.items():
        svg = svg.replace(colour, f"var(--lossbook-{name},{colour})")
    return svg
