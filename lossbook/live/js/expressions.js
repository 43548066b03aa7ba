// Expressions of an error, with their derivatives.
//
// A node of the tree has its `parts`, and `make`, which makes its instruction: that takes the parts'
// numbers from their places in two rows, of values `v` and of derivatives `d`, and puts its own at k.
// `log` makes the tree of the log of its size: not taken of the value, so exact where that underflows.
// `sign` is what is known beforehand: 2 positive, 1 not negative, 0 nothing.

const node = (make, parts, sign = 0, makeLog = own => node(logSize, [own])) => {
  let made;
  const own = { make, parts, sign, log: () => (made ??= makeLog(own)) };
  return own;
};
const logSize = (v, d, k, i) => () => { v[k] = Math.log(Math.abs(v[i])); d[k] = d[i] / v[i]; };

export const number = x => ({
  ...node((v, d, k) => () => { v[k] = x; }, [], x > 0 ? 2 : +(x === 0), () => number(Math.log(Math.abs(x)))),
  constant: x,
});
export const error = node(() => () => {}, []);  // it is put in its place from without

// The tree as one function of the error, which leaves its derivative in `slope`: instructions in a row.
// They pass no numbers to one another, which would have to be made anew each time.
export const slope = new Float64Array(1);
export const compiled = root => {
  const nodes = [...inOrder(root)], place = new Map(nodes.map((node, k) => [node, k]));
  const v = new Float64Array(nodes.length), d = new Float64Array(nodes.length);
  const varying = new Set([error]), last = place.get(root);
  const steps = nodes.map(node => {
    const step = node.make(v, d, place.get(node), ...node.parts.map(part => place.get(part)));
    if (node.parts.some(part => varying.has(part))) varying.add(node); else step();
    return step;
  }).filter((step, k) => varying.has(nodes[k]));
  return t => {
    v[0] = t;
    d[0] = 1;
    for (let k = 0; k < steps.length; k++) steps[k]();
    slope[0] = d[last];
    return v[last];
  };
};
const inOrder = (node, found = new Set([error])) => {
  for (const part of node.parts) if (!found.has(part)) inOrder(part, found);
  return found.add(node);
};

const sum = (v, d, k, i, j) => () => { v[k] = v[i] + v[j]; d[k] = d[i] + d[j]; };
const difference = (v, d, k, i, j) => () => { v[k] = v[i] - v[j]; d[k] = d[i] - d[j]; };
const opposite = (v, d, k, i) => () => { v[k] = -v[i]; d[k] = -d[i]; };
const product = (v, d, k, i, j) => () => { v[k] = v[i] * v[j]; d[k] = d[i] * v[j] + v[i] * d[j]; };
const quotient = (v, d, k, i, j) => () => { v[k] = v[i] / v[j]; d[k] = (d[i] - v[k] * d[j]) / v[j]; };
const logSum = (v, d, k, i, j) => () => {
  const x = v[i], y = v[j], share = 1 / (1 + Math.exp(y - x));
  v[k] = Math.max(x, y) + Math.log1p(x === y ? 1 : Math.exp(-Math.abs(x - y)));
  d[k] = (share && share * d[i]) + (share < 1 && (1 - share) * d[j]);
};
const powered = (v, d, k, i, j) => () => {
  const x = v[i], y = v[j];
  v[k] = y === 2 ? x * x : x ** y;
  d[k] = (y === 2 ? 2 * x : y * x ** (y - 1)) * d[i] + (d[j] && d[j] * Math.log(x) * v[k]);
};
// Of the log of a size; without `anySign` there is none if what has that size is negative.
const powerLog = anySign => (v, d, k, i, j, size) => () => {
  const y = v[j], x = anySign || !(v[size] < 0) ? v[i] : NaN;
  v[k] = y && y * x;
  d[k] = y * d[i] + (d[j] && d[j] * x);
};

export const negative = a => node(opposite, [a], 0, a.log);
export const plus = (a, b) => {
  const least = Math.min(a.sign, b.sign), sign = least && Math.max(a.sign, b.sign);
  return node(sum, [a, b], sign, least ? () => node(logSum, [a.log(), b.log()]) : undefined);
};
export const minus = (a, b) => node(difference, [a, b]);
// Where both parts of a product overflow, so that it is no number, its log still is one.
const finite = (v, d, k, i, log) => () => {
  const lost = Number.isNaN(v[i]);
  v[k] = lost ? Math.exp(v[log]) : v[i];
  d[k] = lost ? d[log] * v[k] : d[i];
};
const joined = (make, makeLog) => (a, b) => {
  const plain = node(make, [a, b], Math.min(a.sign, b.sign), () => node(makeLog, [a.log(), b.log()]));
  return plain.sign ? node(finite, [plain, plain.log()], plain.sign, plain.log) : plain;
};
export const times = joined(product, sum);
export const over = joined(quotient, difference);
export const power = (a, b) => node(
  powered, [a, b], Math.max(a.sign, +(b.constant % 2 === 0)),
  () => node(powerLog(a.sign || Number.isInteger(b.constant)), [a.log(), b, a]));

// A function of one argument, by its value and its derivative, which may use the value.
const applied = (f, derivative, sign = () => 0) => (a, log) => node(
  (v, d, k, i) => () => { const x = v[i]; v[k] = f(x); d[k] = d[i] * derivative(x, v[k]); },
  [a], sign(a), log);
const always = () => 2;
const absolute = applied(Math.abs, Math.sign, a => Math.max(1, a.sign));
const exponential = applied(Math.exp, (x, y) => y, always);
const logarithm = applied(Math.log, x => 1 / x);
// The log of the size of cosh (side 1) or sinh (-1), which overflow themselves.
const hyperbolic = (a, side) => () => node((v, d, k, i) => () => {
  const size = Math.abs(v[i]), slope = Math.tanh(v[i]);
  v[k] = size + Math.log1p(side * Math.exp(-2 * size)) - Math.LN2;
  d[k] = d[i] * (side > 0 ? slope : 1 / slope);
}, [a]);
const cosh = applied(Math.cosh, Math.sinh, always), sinh = applied(Math.sinh, Math.cosh);
export const functions = {
  abs: a => absolute(a, a.log),
  atan: applied(Math.atan, x => 1 / (1 + x * x)),
  cos: applied(Math.cos, x => -Math.sin(x)),
  cosh: a => cosh(a, hyperbolic(a, 1)),
  exp: a => exponential(a, () => a),
  log: a => (a.sign ? a.log() : logarithm(a)),
  max: (...all) => most(all, 1),
  min: (...all) => most(all, -1),
  sin: applied(Math.sin, Math.cos),
  sinh: a => sinh(a, hyperbolic(a, -1)),
  sqrt: a => power(a, number(0.5)),
  tanh: applied(Math.tanh, (x, y) => 1 - y * y),
};
// The largest (side 1) or the smallest (-1); where two are equal, the mean of their slopes.
const most = (all, side) => {
  const pick = (v, d, k, i, j) => () => {
    const lead = v[i] === v[j] ? 0 : side * (v[i] - v[j]);
    v[k] = lead > 0 ? v[i] : lead <= 0 ? v[j] : NaN;
    d[k] = lead > 0 ? d[i] : lead < 0 ? d[j] : (d[i] + d[j]) / 2;
  };
  return all.reduce((a, b) => node(
    pick, [a, b], (side > 0 ? Math.max : Math.min)(a.sign, b.sign),
    Math.min(a.sign, b.sign) === 2 ? () => node(pick, [a.log(), b.log()]) : undefined));
};

const comparison = holds => (a, b) => ({
  ...node((v, d, k, i, j) => () => { v[k] = holds(v[i], v[j]) ? 1 : 0; }, [a, b]),
  test: true,
});
export const comparisons = {
  "<": comparison((x, y) => x < y), "<=": comparison((x, y) => x <= y),
  ">": comparison((x, y) => x > y), ">=": comparison((x, y) => x >= y),
};
const chosen = (v, d, k, i, j, test) => () => {
  const from = v[test] ? i : j;
  v[k] = v[from];
  d[k] = d[from];
};
export const either = (test, yes, no) => node(
  chosen, [yes, no, test], Math.min(yes.sign, no.sign), () => either(test, yes.log(), no.log()));
