// The integral of a function of one number, by the rule of Clenshaw and Curtis.

// Its weights for n intervals. It has nodes at both ends, so no jump hides there.
const weights = n => Array.from({ length: n + 1 }, (_, k) => {
  let weight = 1;
  for (let j = 1; j <= n / 2; j++)
    weight -= (j < n / 2 ? 2 : 1) / (4 * j * j - 1) * Math.cos(2 * Math.PI * j * k / n);
  return weight * (k % n ? 2 : 1) / n;
});
const FINE = weights(16), COARSE = weights(8);
const NODES = FINE.map((_, k) => Math.cos(Math.PI * k / 16));
const piece = (f, low, high) => {
  const middle = (low + high) / 2, half = (high - low) / 2;
  let fine = 0, coarse = 0;
  for (let k = 0; k <= 16; k++) {
    const y = f(middle + half * NODES[k]);
    fine += FINE[k] * y;
    if (k % 2 === 0) coarse += COARSE[k / 2] * y;
  }
  return { low, high, area: half * fine, doubt: half * Math.abs(fine - coarse) };
};
// The integral of f between the places, and how far it is in doubt.
export const integral = (f, places) => {
  const pieces = places.slice(1).map((high, k) => piece(f, places[k], high));
  for (let tries = 0; ; tries++) {
    const area = pieces.reduce((total, p) => total + p.area, 0);
    const doubt = pieces.reduce((total, p) => total + p.doubt, 0);
    if (!(doubt > 1e-8 * area) || tries === 500) return { area, doubt };
    const worst = pieces.reduce((k, p, j) => (p.doubt > pieces[k].doubt ? j : k), 0);
    const { low, high } = pieces[worst], middle = (low + high) / 2;
    pieces.splice(worst, 1, piece(f, low, middle), piece(f, middle, high));
  }
};
