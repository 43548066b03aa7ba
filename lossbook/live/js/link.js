// A figure's state as text, for the fragment of an address: #figure=name&slope=1.5&point=0,1;2,1. It
// names what differs from the start. Anybody may type such text: what cannot be is left out.
import { toGo } from "./live.js";

const short = v => `${+v.toPrecision(6)}`;
const number = text => (text.trim() ? +text : NaN);

// Of each kind of input the text of a value, and the value of a text, or undefined.
const FORMS = {
  slider: {
    write: (node, value) => short(value),
    read({ low, high, step }, text) {
      const value = number(text), digits = (`${step}`.split(".")[1] ?? "").length;
      if (value >= low && value <= high)
        return +(low + step * Math.round((value - low) / step)).toFixed(digits);
    },
  },
  choice: {
    write: (node, value) => value,
    read: ({ options }, text) => options.find(option => option === text),
  },
  toggle: {
    write: (node, value) => `${+value}`,
    read: (node, text) => (text === "0" || text === "1" ? text === "1" : undefined),
  },
  points: {
    write: ({ drag }, value) => value.x.map((_, i) =>
      [...drag].map(axis => short(value[axis][i])).join(",")).join(";"),
    read({ drag, start, mark }, text, { marks, panels }) {
      const frame = panels[marks.find(({ id }) => id === mark).panel];
      const rows = text.split(";").map(row => row.split(",").map(number));
      if (rows.length !== start.x.length || rows.some(row => row.length !== drag.length)) return;
      const value = { ...start };
      for (const [k, axis] of [...drag].entries()) {
        value[axis] = rows.map(row => within(frame[axis], row[k]));
        if (value[axis].some(Number.isNaN)) return;
      }
      return value;
    },
  },
  density: {
    write: (node, { text, parameters }) =>
      [text, ...Object.entries(parameters).map(([name, v]) => `${name}=${short(v)}`)].join(";"),
    read(node, text) {
      const [density, ...given] = text.split(";");
      const parameters = given.map(each => each.split("=")).map(([name, v = ""]) => [name, number(v)]);
      return toGo.density(density, Object.fromEntries(parameters));
    },
  },
};

// A place within an axis; what was rounded may lie a little beyond its end.
const within = ([, , , low, high], value) => {
  const nearest = Math.min(high, Math.max(low, value));
  return Math.abs(nearest - value) <= 1e-5 * (high - low) ? nearest : NaN;
};

const PLAIN = { "%20": "+", "%2C": ",", "%2F": "/", "%3A": ":", "%3B": ";" };
const encoded = text => encodeURIComponent(text).replace(/%\w\w/g, code => PLAIN[code] ?? code);

const nameOf = figure => figure.querySelector("[data-name]").dataset.name;

export const fragment = figure => {
  const { values, starts, spec } = figure.lossbook;
  const entries = spec.inputs.map(node => {
    const [text, before] = [values, starts].map(of => FORMS[node.kind].write(node, of[node.label]));
    return text === before ? "" : `&${encoded(node.label)}=${encoded(text)}`;
  });
  return `#figure=${nameOf(figure)}${entries.join("")}`;
};

// The figure that a fragment names, in the state that it names, or undefined.
export const shownBy = hash => {
  const [[, name], ...given] = new URLSearchParams(hash.slice(1));
  const figure = [...document.querySelectorAll(".lossbook-live")].find(each => nameOf(each) === name);
  if (!figure?.lossbook) return undefined;
  const { set, starts, spec } = figure.lossbook, texts = new Map(given);
  set(starts);
  for (const node of spec.inputs.filter(({ label }) => texts.has(label))) {
    const value = FORMS[node.kind].read(node, texts.get(node.label), spec);
    if (value !== undefined) set({ [node.label]: value });
  }
  return figure;
};
