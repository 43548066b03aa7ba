// Marks and readouts: a mark's expressions become points of the drawing, and these a path, as in
// drawing.py.
import { write } from "./elements.js";

const HEAD = 7, FAR = 1e4;  // an arrow's head and the cut-off of coordinates
const AXES = "xyyx";  // of the columns of places

export const toPoint = ([offset, scale, log], value) => {
  const point = offset + scale * (log ? Math.log10(value) : value);
  return Number.isFinite(point) ? Math.min(FAR, Math.max(-FAR, point)) : NaN;
};
export const toValue = ([offset, scale, log, low, high], point) => {
  const value = +((point - offset) / scale).toFixed(10);  // many steps of a key end where they say
  return Math.min(high, Math.max(low, log ? 10 ** value : value));
};

const arrow = ([tail, head]) => {
  const dx = head[0] - tail[0], dy = head[1] - tail[1], length = Math.hypot(dx, dy);
  if (!(length > 0.5)) return [];
  const size = Math.min(HEAD, length / 2) / length;
  const barb = s => [head[0] - size * (dx - s * dy / 2), head[1] - size * (dy + s * dx / 2)];
  return [tail, head, [NaN, NaN], barb(1), head, barb(-1)];
};

// A number with four decimals, put together from whole numbers: the text of a fraction, by toFixed
// or not, takes twice as long.
const PAIRS = Array.from({ length: 100 }, (_, k) => `${k}`.padStart(2, "0"));
const short = v => {
  const all = Math.round(1e4 * Math.abs(v));
  const whole = Math.floor(all / 1e4), rest = all - 1e4 * whole, pair = Math.floor(rest / 100);
  return (v < 0 ? "-" : "") + whole + "." + PAIRS[pair] + PAIRS[rest - 100 * pair];
};
const line = run => {
  const numbers = [];
  for (const [x, y] of run) numbers.push(short(x), short(y));
  return "M" + numbers.join(" ");
};
const bar = ([left, y, base, right]) => `M${left} ${y}H${right}V${base}H${left}Z`;
const pieces = {
  line,
  dots: line,
  arrow: line,
  area: run => line([...run, ...run.map(([x, , base]) => [x, base]).reverse()]) + "Z",
  bars: run => run.map(point => bar(point.map(short))).join(""),
};
// A point that is not a number leaves a gap.
const pathData = (shape, points) => {
  const runs = [[]];
  for (const point of shape === "arrow" ? arrow(points) : points)
    if (point.some(Number.isNaN)) runs.push([]);
    else runs[runs.length - 1].push(point);
  return runs.map(run => (run.length ? pieces[shape](run) : "")).join("");
};

export const mark = (node, svgs, panels) => {
  const { js: places, span } = node;
  const path = svgs[node.panel].querySelector(`[id^="${node.id}-"] > path`);
  const frame = panels[node.panel];
  return {
    uses: [...places.uses, ...span.uses],
    run: state => {
      const [low, high, count] = span.bind(state)(), at = places.bind(state), points = [];
      for (let i = 0; i < count; i++) {
        const t = low + (high - low) * i / Math.max(count - 1, 1);
        const point = at(t);
        for (let k = 0; k < point.length; k++) point[k] = toPoint(frame[AXES[k]], point[k]);
        points.push(point);
      }
      path.setAttribute("d", pathData(node.shape, points));
    },
  };
};

const shown = (number, [digits, kind]) => {
  if (!Number.isFinite(number)) return "—";
  let text = kind === "f" ? number.toFixed(digits)
    : kind === "%" ? (100 * number).toFixed(digits) : number.toExponential(digits).replace("+", "").replace(/e0$/, "");
  if (+text === 0) text = text.replace("-", "");
  return text.replaceAll("-", "−") + (kind === "%" ? "%" : "");
};

export const readout = (node, element) => {
  const { js: values } = node;
  return {
    uses: values.uses,
    run: state => {
      const numbers = values.bind(state)();
      const words = numbers.map((v, k) => shown(v, node.formats[k]) + node.text[k + 1]);
      write(element, node.text[0] + words.join(""));
    },
  };
};
