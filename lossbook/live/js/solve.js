// What is derived from the inputs: a named expression, a minimum, a descent, as in solve.py.
import { sum } from "./maths.js";

const dot = (a, b) => a.reduce((total, v, j) => total + v * b[j], 0);
const times = (v, W) => v.map((_, j) => sum(0, v.length - 1, i => v[i] * W[i][j]));
const diagonal = sizes => sizes.map((size, i) => sizes.map((_, j) => (i === j ? size : 0)));

// BFGS for functions with kinks; solve.py explains it. f gives [value, ...gradient].
const minimise = (f, start) => {
  const at = x => {
    const [value, ...gradient] = f(...x);
    return { x, value, gradient };
  };
  let here = at(start), best = start.map(() => NaN), least = Infinity;
  const steep = here.gradient.map(Math.abs), floor = 1e-6 * Math.max(...steep) || 1;
  let W = diagonal(steep.map(v => 1 / Math.max(v, floor)));
  for (let run = 0; run < 20; run++) {
    [here, W] = walk(at, here, W);
    if (!(here.value < least - 1e-12 * Math.abs(here.value))) break;
    [best, least] = [here.x, here.value];
    const scales = W.map(row => Math.hypot(...row));
    W = diagonal(scales);
    here = at(best.map((v, j) => v + 0.01 * scales[j] * Math.sqrt([2, 3, 5][j])));
  }
  return best;
};

// Where steps down from `here` end, and the W that they leave.
const walk = (at, here, W) => {
  for (let k = 0; k < 300; k++) {
    const p = times(here.gradient, W).map(v => -v);
    if (!(-dot(p, p) < -1e-15 * Math.abs(here.value))) break;
    const [t, there] = step(at, here, W, p);
    if (t === null) return [there, W];
    let s = p.map(v => t * v), y = times(there.gradient, W).map((v, j) => v + p[j]);
    const moved = there.x.map((v, j) => v - here.x[j]);
    if (k === 0) {
      const c = Math.sqrt(dot(s, y) / dot(y, y));
      W = W.map(row => row.map(v => c * v));
      [s, y] = [s.map(v => v / c), y.map(v => c * v)];
    }
    const sy = dot(s, y), root = Math.sqrt(sy * dot(s, s));
    W = W.map((row, i) => row.map((v, j) => v + moved[i] * (s[j] / root - y[j] / sy)));
    here = there;
  }
  return [here, W];
};

// How far to go along p, and the place there.
const step = (at, here, W, p) => {
  const slope = -dot(p, p), direction = W.map(row => dot(row, p));
  const along = t => at(here.x.map((v, j) => v + t * direction[j]));
  let low = 0, high = Infinity, t = 1;
  for (let tries = 0; tries < 40; tries++) {
    const there = along(t);
    if (!(there.value <= here.value + 1e-4 * t * slope)) high = t;
    else if (dot(times(there.gradient, W), p) < 0.9 * slope) low = t;
    else return [t, there];
    t = high < Infinity ? (low + high) / 2 : 2 * low;
  }
  return [null, low > 0 ? along(low) : here];
};

// The first of the places where f is least, up to rounding: there a descent begins.
const lowest = (f, places) => {
  const levels = places.map(place => f(...place)[0]).map(v => (Number.isNaN(v) ? Infinity : v));
  const least = Math.min(...levels);
  return places[levels.findIndex(v => v <= least + 1e-9 * Math.abs(least))] ?? places[0];
};

// Gradient descent: the path of each unknown.
const descend = (gradient, start, rate, steps) => {
  let now = start;
  const paths = start.map(v => [v]);
  for (let k = 0; k < steps; k++) {
    const slopes = gradient(...now);
    now = now.map((v, j) => v - rate * slopes[j]);
    now.forEach((v, j) => paths[j].push(v));
  }
  return paths;
};

// Each derived quantity as { uses, run }: run(state) gives the values of its symbols.
export const derived = {
  let: ({ js }) => ({ uses: js.uses, run: state => js.bind(state)() }),
  minimise: ({ js, objective, starts }) => ({
    uses: js.uses,
    run: state => minimise(js.bind(state), lowest(objective.bind(state), starts)),
  }),
  descend: ({ js, plan }) => ({
    uses: [...js.uses, ...plan.uses],
    run: state => descend(js.bind(state), ...plan.bind(state)()),
  }),
};
