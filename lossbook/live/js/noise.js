// The noise model of a density: whether it is one, its integral, its loss and the loss's gradient.
import { compiled, slope } from "./expressions.js";
import { few, logArea, scan, turnsOf } from "./integral.js";
import { read, refuse } from "./reading.js";

// The noise model of a typed density, or a refusal: why it is none.
const noise = ({ text, parameters }) => {
  const { node, parts } = read(text, parameters), places = turnsOf(parts.map(compiled));
  const value = compiled(node), log = compiled(node.log());
  checkValues(value, places);
  // Minus the log of what was typed; leaves minus its derivative in slope.
  const price = t => (node.sign || !(value(t) < 0) ? -log(t) : NaN);
  const area = logArea(price, places), loss = t => price(t) + area;
  return {
    area: Math.exp(area),
    density: t => Math.exp(-loss(t)),
    loss,
    gradient: t => (Number.isFinite(price(t)) ? -slope[0] : NaN),
  };
};

const checkValues = (value, places) => {
  const far = Math.max(100, ...places.map(c => 1.1 * Math.abs(c))), errors = scan(places).filter(t => Math.abs(t) <= far);
  const values = errors.map(value), bad = values.findIndex(height => !Number.isFinite(height));
  if (bad >= 0) refuse(`The density is not a finite number at error ${few(errors[bad])}; it must be one at every error.`);
  const rounding = 1e-12 * values.reduce((a, b) => Math.max(a, b)), below = values.findIndex(height => height < -rounding);
  if (below >= 0) refuse(`The density is negative at error ${few(errors[below])}: ${few(values[below])}; it must be 0 or more at every error.`);
};

const made = new WeakMap();
export const noiseOf = value => {
  if (!made.has(value)) made.set(value, noise(value));
  return made.get(value);
};
