// What expressions are computed with: the functions that JavaScript lacks, and the state.

export const sum = (low, high, term) => {
  let total = 0;
  for (let i = low; i <= high; i++) total += term(i);
  return total;
};

// The error function by its series; its complement, far out, by the continued fraction.
const erf = x => {
  if (Math.abs(x) > 2) return Math.sign(x) * (1 - erfc(Math.abs(x)));
  let term = x, total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++)
    total += term *= 2 * x * x / (2 * n + 1);
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * total;
};
const erfc = x => {
  if (x <= 2) return 1 - erf(x);
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
};

// Stirling's series where it is sharp; below by recurrence, left of 0 by reflection.
const sinPi = x => (Number.isInteger(x) ? 0 : Math.sin(Math.PI * x));
const loggamma = x => {
  if (x <= 0) return Math.log(Math.PI / Math.abs(sinPi(x))) - loggamma(1 - x);
  let product = 1;
  while (x < 12) product *= x++;
  const s = 1 / (x * x);
  const tail = 1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * 691 / 360360));
  const series = (1 / 12 - s * (1 / 360 - s * tail)) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
};
const gamma = x => (x > 0 ? Math.exp(loggamma(x)) : Math.PI / (sinPi(x) * gamma(1 - x)));

// What a typed density, which is an object of typed.js, says of an error.
const density = (noise, error) => noise.density(error);
const loss = (noise, error) => noise.loss(error);
const gradient = (noise, error) => noise.gradient(error);
const area = noise => noise.area;

const maths = { sum, erf, erfc, gamma, loggamma, density, loss, gradient, area };

// An expression as Python wrote it: the names in the state that it uses, and ({sum, …}, {v0, …}) =>
// parameters => values, which takes what it needs out of the two objects. Bound, it is a function of
// the parameters and of the state as it then is. "start" is a name that all use, so that all run at the
// start.
export const expression = ([uses, make]) => ({ uses: ["start", ...uses], bind: state => make(maths, state) });
