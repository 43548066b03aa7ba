"""Random densities, such as a reader could type."""


def density(rng):
    """A text, and values of its parameters from a slider's range."""
    text = body(rng)
    shape = rng.randrange(7)
    if shape == 1:
        text = f"{text} + {rng.choice(['share', 0.1, 3])}*{body(rng)}"
    elif shape == 2:
        text = f"({text})*(1 + cos({rng.choice(['k', 2, 7])}*error)/2)"
    elif shape == 3:
        text = f"{text} if error {rng.choice(['<', '>='])} c else 2*{body(rng)}"
    elif shape == 4:
        text = f"(0.3 + {size(rng)})*{text}"
    elif shape == 5:
        text = f"{rng.choice(['max', 'min'])}({text}, {body(rng)}/2)"
    elif shape == 6:
        text = f"({text})**{rng.choice([2, 1.5, 'n'])}"
    names = ["b", "c", "k", "n", "nu", "p", "s", "share", "w"]
    values = {name: rng.randint(8, 80) / 20 for name in names}
    return text, values


def body(rng):
    return rng.choice(
        [
            f"exp(-{size(rng)}/b)",
            f"exp(-({size(rng)})**1.5)",
            "exp(-(error - c)**2/(2*s**2))",
            f"1/(1 + {size(rng)}*{size(rng)})**2",
            "(1 + error**2/nu)**(-(nu + 1)/2)",
            "1/cosh(error/s)",
            "exp(-error)/(1 + exp(-error))**2",
            "(1 - (error/w)**2 if abs(error) < w else 0)",
            "exp(-log(cosh(error))*p - abs(error))",
            "(pi/2 - atan(abs(error)))**3",
            "exp(-2*sinh(abs(error)))",
        ]
    )


def size(rng):
    return rng.choice(
        [
            "abs(error)",
            "error**2",
            "abs(error - 0.7)",
            "sqrt(1 + error**2)",
            "max(error, -p*error)",
            "abs(error)**p",
            "min(error**2, abs(error))",
            "(abs(error) + tanh(error)**2)",
        ]
    )
