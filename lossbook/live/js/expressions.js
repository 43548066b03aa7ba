// Expressions of an error, with their derivatives.
//
// A node of an expression has `value` and `log`, the log of the value's size; both take an error,
// and leave their derivative in `slope`. The log is not taken of the value, so it is exact where
// that underflows.

export let slope = 0;
// `sign` is what is known beforehand: 2 positive, 1 not negative, 0 nothing.
export const node = (value, sign = 0, log = t => {
  const x = value(t);
  slope /= x;
  return Math.log(Math.abs(x));
}) => ({ value, sign, log });

export const number = x => {
  const constant = y => () => { slope = 0; return y; };
  return { ...node(constant(x), x > 0 ? 2 : +(x === 0), constant(Math.log(Math.abs(x)))), constant: x };
};
export const error = node(t => { slope = 1; return t; });

const logSum = (x, dx, y, dy) => {
  const share = 1 / (1 + Math.exp(y - x));
  slope = (share && share * dx) + (share < 1 && (1 - share) * dy);
  return Math.max(x, y) + Math.log1p(x === y ? 1 : Math.exp(-Math.abs(x - y)));
};
export const both = (a, b, f) => t => {
  const x = a(t), dx = slope, y = b(t);
  return f(x, dx, y, slope);
};
const sum = (x, dx, y, dy) => { slope = dx + dy; return x + y; };
const difference = (x, dx, y, dy) => { slope = dx - dy; return x - y; };

export const negative = a => node(t => { const x = -a.value(t); slope = -slope; return x; }, 0, a.log);
export const plus = (a, b) => {
  const least = Math.min(a.sign, b.sign), sign = least && Math.max(a.sign, b.sign);
  return node(both(a.value, b.value, sum), sign, least ? both(a.log, b.log, logSum) : undefined);
};
export const minus = (a, b) => node(both(a.value, b.value, difference));
// Where both parts of a product overflow, so that it is no number, its log still is one.
const product = (value, sign, log) => node(!sign ? value : t => {
  const x = value(t);
  if (!Number.isNaN(x)) return x;
  const y = Math.exp(log(t));
  slope *= y;
  return y;
}, sign, log);
export const times = (a, b) => product(
  both(a.value, b.value, (x, dx, y, dy) => { slope = dx * y + x * dy; return x * y; }),
  Math.min(a.sign, b.sign), both(a.log, b.log, sum));
export const over = (a, b) => product(
  both(a.value, b.value, (x, dx, y, dy) => { slope = (dx - x / y * dy) / y; return x / y; }),
  Math.min(a.sign, b.sign), both(a.log, b.log, difference));
const powerLog = (a, b) => {
  const log = both(a.log, b.value, (x, dx, y, dy) => { slope = y * dx + (dy && dy * x); return y && y * x; });
  return a.sign || Number.isInteger(b.constant) ? log : t => (a.value(t) < 0 ? NaN : log(t));
};
export const power = (a, b) => node(
  both(a.value, b.value, (x, dx, y, dy) => {
    slope = y * x ** (y - 1) * dx + (dy && dy * Math.log(x) * x ** y);
    return x ** y;
  }),
  Math.max(a.sign, +(b.constant % 2 === 0)),
  powerLog(a, b));

// A function of one argument, by its value and its derivative, which may use the value.
const applied = (f, derivative, sign = () => 0) => a => node(
  t => { const x = a.value(t), y = f(x); slope *= derivative(x, y); return y; }, sign(a));
const always = () => 2;
// The log of the size of cosh (side 1) or sinh (-1), which overflow themselves.
const hyperbolic = (a, side) => t => {
  const x = a.value(t), size = Math.abs(x);
  slope *= side > 0 ? Math.tanh(x) : 1 / Math.tanh(x);
  return size + Math.log1p(side * Math.exp(-2 * size)) - Math.LN2;
};
export const functions = {
  abs: a => ({ ...applied(Math.abs, Math.sign, a => Math.max(1, a.sign))(a), log: a.log }),
  atan: applied(Math.atan, x => 1 / (1 + x * x)),
  cos: applied(Math.cos, x => -Math.sin(x)),
  cosh: a => ({ ...applied(Math.cosh, Math.sinh, always)(a), log: hyperbolic(a, 1) }),
  exp: a => ({ ...applied(Math.exp, (x, y) => y, always)(a), log: a.value }),
  log: a => (a.sign ? node(a.log) : applied(Math.log, x => 1 / x)(a)),
  max: (...all) => most(all, 1),
  min: (...all) => most(all, -1),
  sin: applied(Math.sin, Math.cos),
  sinh: a => ({ ...applied(Math.sinh, Math.cosh)(a), log: hyperbolic(a, -1) }),
  sqrt: a => power(a, number(0.5)),
  tanh: applied(Math.tanh, (x, y) => 1 - y * y),
};
// The largest (side 1) or the smallest (-1); where two are equal, the mean of their slopes.
const most = (all, side) => {
  const pick = (x, dx, y, dy) => {
    const lead = x === y ? 0 : side * (x - y);
    slope = lead > 0 ? dx : lead < 0 ? dy : (dx + dy) / 2;
    return lead > 0 ? x : lead <= 0 ? y : NaN;
  };
  return all.reduce((a, b) => node(
    both(a.value, b.value, pick), (side > 0 ? Math.max : Math.min)(a.sign, b.sign),
    Math.min(a.sign, b.sign) === 2 ? both(a.log, b.log, pick) : undefined));
};

export const comparisons = {
  "<": (x, y) => x < y, "<=": (x, y) => x <= y, ">": (x, y) => x > y, ">=": (x, y) => x >= y,
};
export const either = (test, yes, no) => {
  const chosen = t => (test(t) ? yes : no);
  return node(t => chosen(t).value(t), Math.min(yes.sign, no.sign), t => chosen(t).log(t));
};
