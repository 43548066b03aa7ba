// The noise model of a density: whether it is one, its integral, its loss and the loss's gradient.
import { compiled, slope } from "./expressions.js";
import { integral } from "./integral.js";
import { read, refuse } from "./reading.js";

const SIZES = [...Array.from({ length: 200 }, (_, k) => 10 ** (-6 + 8 * k / 199)),
  ...Array.from({ length: 41 }, (_, k) => k / 2)];
const CHECKED = SIZES.flatMap(size => [-size, size]).sort((a, b) => a - b);
const PLACES = [-40, ...Array.from({ length: 19 }, (_, k) => 5 * k - 35), 340];
const FAR = 2 ** 64;
const few = x => String(+x.toPrecision(4)).replace("-", "−");

// The noise model of a typed density, or a refusal: why it is none.
const noise = ({ text, parameters }) => {
  const { node } = read(text, parameters), value = compiled(node), log = compiled(node.log());
  checkValues(value);
  // Minus the log of what was typed; leaves minus its derivative in slope.
  const price = t => (node.sign || !(value(t) < 0) ? -log(t) : NaN);
  checkTails(price);
  const least = Math.min(...CHECKED.map(price));
  const sides = [-1, 1].map(side =>  // error = ± exp(u): every scale is as wide as any other
    integral(u => Math.exp(u - (price(side * Math.exp(u)) - least)), PLACES));
  const mass = sides[0].area + sides[1].area, doubt = sides[0].doubt + sides[1].doubt;
  if (!(mass > 0 && mass < Infinity && doubt < 1e-6 * mass))
    refuse(`The integral does not settle: ${few(mass)} ± ${few(doubt)}.`);
  const logArea = Math.log(mass) - least, loss = t => price(t) + logArea;
  return {
    area: Math.exp(logArea),
    density: t => Math.exp(-loss(t)),
    loss,
    gradient: t => (Number.isFinite(price(t)) ? -slope[0] : NaN),
  };
};

const checkValues = value => {
  for (const t of CHECKED) {
    const height = value(t);
    if (!Number.isFinite(height)) refuse(`The density is no finite number at error ${few(t)}.`);
    if (height < 0) refuse(`The density is negative at error ${few(t)}: ${few(height)}.`);
  }
};
const checkTails = price => {
  const growths = [-FAR, FAR].filter(far => price(far) !== Infinity).map(far => price(2 * far) - price(far));
  const growth = Math.min(...growths);
  if (!growths.every(v => v > Math.LN2 + 1e-6))
    refuse("This does not integrate, so it is no density. Far out, wherever the error doubles, a density must fall "
      + `to less than half; this one falls to ${few(Math.exp(-growth))} of what it was.`);
};

const made = new WeakMap();
export const noiseOf = value => {
  if (!made.has(value)) made.set(value, noise(value));
  return made.get(value);
};
