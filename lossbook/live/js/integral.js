// The area under exp(-price), as lossbook/noise/integral.py finds it: around each of the places
// every scale is searched, for an error is a place ± exp(u), and equal steps of u get equal care.
import { refuse } from "./reading.js";

const FAR = 690;  // log of the farthest error, 1e300
const NEAR = 2 ** -48;  // of its place, the distance from it below which rounding shows
const SETTLED = 1e-6;  // of the area, how much may be in doubt
const STEPS = [-690, -560, -430, -300, -170, -40, -10, -4, -2, 0, 2, 4, 10, 40, 86, 172, FAR / 2, 517, FAR - 46, FAR];

const geometric = (low, high, n) => Array.from({ length: n }, (_, k) => low * (high / low) ** (k / (n - 1)));
const sorted = numbers => [...Float64Array.from(new Set(numbers)).sort()];
const CLOSE = geometric(1e-12, 0.1, 23).flatMap(share => [1 - share, 1 + share]);
const SIZES = [...Array.from({ length: 151 }, (_, k) => 10 ** (4 * k - 300)), ...geometric(1e-6, 1e4, 201),
  ...Array.from({ length: 41 }, (_, k) => k / 2)];
const SCAN = sorted(SIZES.flatMap(size => [-size || 0, size]));

// Errors of every size, the places, and errors at every scale around them.
const scans = new WeakMap();  // to sort them takes as long as to compute with them
export const scan = places => {
  if (!places.length) return SCAN;
  if (!scans.has(places))
    scans.set(places, sorted([...SCAN, ...places.flatMap(c => [c, ...CLOSE.map(factor => c * factor)])]));
  return scans.get(places);
};

// The errors where a function turns from negative to positive or back; of many, the 16 nearest to 0.
const turns = (f, errors) => {
  const brackets = [];
  let before;
  for (const t of errors) {
    const sign = Math.sign(f(t));
    if (!sign) continue;
    if (before && before.sign !== sign) brackets.push([before.t, t, before.sign]);
    before = { t, sign };
  }
  return brackets.sort(([s], [t]) => Math.abs(s) - Math.abs(t)).slice(0, 16).map(([low, high, sign]) => {
    for (let tries = 0; tries < 64; tries++) {
      const middle = low + (high - low) / 2;
      if (Math.sign(f(middle)) === sign) low = middle; else high = middle;
    }
    return high;
  });
};
// Those of several; a second look is closer around what the first has found.
export const turnsOf = functions => [[], []].reduce(places => {
  const errors = scan(places);
  return sorted([...places, ...functions.flatMap(f => turns(f, errors))]);
}, []);

// The weights of the rule of Clenshaw and Curtis for n intervals. It has nodes at both ends, so no
// jump hides there.
const weights = n => Array.from({ length: n + 1 }, (_, k) => {
  let weight = 1;
  for (let j = 1; j <= n / 2; j++)
    weight -= (j < n / 2 ? 2 : 1) / (4 * j * j - 1) * Math.cos(2 * Math.PI * j * k / n);
  return weight * (k % n ? 2 : 1) / n;
});
const FINE = weights(16), COARSE = weights(8);
const NODES = FINE.map((_, k) => Math.cos(Math.PI * k / 16));
const piece = (height, { place, side }, low, high) => {
  const middle = (low + high) / 2, half = (high - low) / 2;
  let fine = 0, coarse = 0;
  for (let k = 0; k <= 16; k++) {
    const distance = Math.exp(middle + half * NODES[k]), y = distance * height(place + side * distance);
    fine += FINE[k] * y;
    if (k % 2 === 0) coarse += COARSE[k / 2] * y;
  }
  return { place, side, low, high, mass: half * fine, doubt: half * Math.abs(fine - coarse) };
};
const total = (list, key) => list.reduce((sum, item) => sum + item[key], 0);

const refined = (height, sides) => {
  let pieces = sides.flatMap(side => {
    const ends = [side.low, ...STEPS.filter(u => side.low < u && u < side.high), side.high];
    return ends.slice(1).map((high, k) => piece(height, side, ends[k], high));
  });
  for (let tries = 0; tries < 60 && pieces.length <= 1000; tries++) {
    const aim = 1e-9 * total(pieces, "mass"), each = aim / pieces.length;
    if (!(total(pieces, "doubt") > aim)) break;
    pieces = pieces.flatMap(p => {
      const middle = (p.low + p.high) / 2;
      return p.doubt > each ? [piece(height, p, p.low, middle), piece(height, p, middle, p.high)] : p;
    });
  }
  return pieces;
};

// The errors at which the price is least, as far as they show and none is known nearby.
const valleys = (price, errors, prices, known) => {
  const least = k => Number.isFinite(prices[k]) && prices[k] <= prices[k - 1] && prices[k] <= prices[k + 1]
    && Math.max(...prices.slice(k - 2, k + 3)) - prices[k] > 1e-3
    && !known.some(c => errors[k - 1] <= c && c <= errors[k + 1]);
  const found = Array.from(errors.keys()).slice(2, -2).filter(least);
  return found.sort((j, k) => prices[j] - prices[k]).slice(0, 16).map(k => {
    let low = errors[k - 1], high = errors[k + 1];
    for (let tries = 0; tries < 48; tries++) {
      const step = (3 - Math.sqrt(5)) / 2 * (high - low);  // golden sections
      if (price(low + step) <= price(high - step)) high -= step; else low += step;
    }
    return (low + high) / 2;
  });
};

// How far to look beyond the outermost place of a side, the log of a distance; and where the density
// ends at no place, the log of all that may lie beyond.
const end = (errors, prices, place, side) => {
  const edge = side > 0 ? prices.map(Number.isFinite).lastIndexOf(true) : prices.findIndex(Number.isFinite);
  if (Math.abs(errors[edge]) === 1e300) return { reach: FAR, beyond: -Infinity };
  const distance = side * (errors[edge] - place);
  if (!(distance > 1e-12 * Math.abs(place))) return { reach: -Infinity, beyond: -Infinity };
  return { reach: Math.log(distance), beyond: Math.log(Math.abs(errors[edge])) - prices[edge] };
};

// Both sides of every place, halfway to the next, as ranges of u.
const halves = (places, ends) => places.flatMap((place, k) => {
  const low = Math.log(Math.max(Math.abs(place) * NEAR, 1e-300));
  const half = [k, k + 1].map(j => Math.log((places[j] - places[j - 1]) / 2));
  return [
    { place, side: -1, low, high: k === 0 ? ends[0].reach : half[0] },
    { place, side: 1, low, high: k === places.length - 1 ? ends[1].reach : half[1] },
  ];
}).filter(({ low, high }) => low < high);

// What lies beyond exp(FAR), by the law that holds from some error up to there, where the area
// between the two is known: in the log t of the error, or in its log, it falls like exp(-fall t).
const tail = (price, least, side, pieces) => {
  const laws = [[FAR / 2, false, 1e-6], [FAR / 2, true, 1e-6], [FAR - 46, false, 0.5]].map(([start, logs, leastFall]) => {
    const between = total(pieces.filter(p => p.side === side && p.low > start - 1), "mass");
    const [[s, near], [r, late], [t, far]] = [start, FAR - 23, FAR].map(u => {
      const log = u + least - price(side * Math.exp(u));
      return logs ? [Math.log(u), log + Math.log(u)] : [u, log];
    });
    const fall = (near - far) / (t - s), mass = Math.exp(far) / fall;
    const last = (late - far) / (t - r); // a slower part may only begin to show there
    const holds = Math.min(fall, last) > leastFall && !Number.isFinite(price(side * Infinity));
    return holds ? { mass, doubt: Math.abs(Math.exp(near) / fall - mass - between) } : { mass: NaN, doubt: Infinity };
  });
  return laws.reduce((best, law) => (law.doubt < best.doubt ? law : best));
};

export const few = (x, digits = 4) => String(+x.toPrecision(digits)).replace("-", "−");
const FALL = "it must fall to 0, and faster than 1/|error|";
const slow = price => {
  const limits = [price(-Infinity), price(Infinity)].filter(Number.isFinite);
  if (limits.length)
    refuse(`This does not integrate: far out the density goes to ${few(Math.exp(-Math.min(...limits)))}; ${FALL}.`);
  const powers = [-1, 1].map(side => (price(side * Math.exp(FAR / 2)) - price(side * Math.exp(FAR))) / (FAR / 2));
  const power = Math.max(...powers.filter(p => !Number.isNaN(p)));
  if (power >= 0) refuse(`This does not integrate: between errors of 1e150 and 1e300 the density grows; ${FALL}.`);
  const how = power < -1.1 // on the whole it is fast enough
    ? "follows no single power of the error or of its log" : `goes like |error|**${+power.toPrecision(4)}`;
  refuse(`This does not integrate, or its tail falls too slowly to tell: between errors of 1e150 and 1e300 it ${how}; \
let it fall faster, for example like 1/(1 + abs(error))**1.5.`);
};

// The log of the area under exp(-price), or a refusal: why there is none. Of a price that is no
// number nothing is said.
export const logArea = (price, known) => {
  const errors = scan(known), prices = errors.map(price), finite = prices.filter(Number.isFinite);
  if (!finite.length) refuse("The density is 0 at every error that was tried; it must be positive somewhere.");
  const least = finite.reduce((a, b) => Math.min(a, b));
  const places = [];  // of each group the best
  let before = -Infinity;
  for (const c of sorted([0, ...known, ...valleys(price, errors, prices, known)])) {
    if (c - before > 2 ** -40 * Math.abs(c)) places.push(c);
    else if (price(c) < price(places[places.length - 1])) places[places.length - 1] = c;
    before = c;
  }
  const ends = [end(errors, prices, places[0], -1), end(errors, prices, places[places.length - 1], 1)];
  const height = t => Math.exp(least - price(t)), sides = halves(places, ends);
  const pieces = refined(height, sides);
  const near = sides.map(({ place, side, low }) => {
    const width = Math.exp(low);
    const [mass, at] = [place + side * width, place].map(t => width * height(t) || 0);
    return { mass, doubt: Math.abs(mass - at) };
  });
  const tails = [-1, 1].filter((_, k) => ends[k].reach === FAR).map(side => tail(price, least, side, pieces));
  const all = [...pieces, ...near, ...tails], mass = total(all, "mass");
  if (tails.some(({ doubt }) => !(doubt <= SETTLED * mass))) slow(price);
  const doubt = total(all, "doubt") + ends.reduce((sum, { beyond }) => sum + Math.exp(least + beyond), 0);
  if (!(doubt <= SETTLED * mass && mass < Infinity))
    refuse(`The area does not settle: ${few(mass * Math.exp(-least))} ± ${few(doubt * Math.exp(-least), 1)}; \
avoid many waves, very narrow peaks, infinite heights and digits that cancel.`);
  return Math.log(mass) - least;
};
