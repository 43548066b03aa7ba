// Live figures: matplotlib drew the SVG; this moves it. From a slider's event to a path:
// 1. The control hears the event and hands on its value, each kind in its way (controls.js, for a density typed.js).
// 2. `byReader` takes it; it enters `state` under the names v0, v1, … in which all expressions are written.
// 3. The nodes are gone through in order: derived quantities, marks, readouts. One runs if it uses
//    a name that has changed; what it derives enters the state, and has changed too (solve.js).
// 4. A mark computes its places from the state, turns them into points of the drawing, and writes
//    these as the `d` of its path (drawing.js).
// Expressions come from Python, printed as the functions that run here (maths.js): a page that may not
// evaluate text moves too.
import { inputs, toState, slider } from "./controls.js";
import { mark, readout } from "./drawing.js";
import { make, serial } from "./elements.js";
import { expression } from "./maths.js";
import { memory } from "./memory.js";
import { follow, menu, toGo } from "./menu.js";
import { derived } from "./solve.js";

// Brings a figure to life, with the inputs that are `given`; onChange(values) hears of what the
// reader does. Returns { spec, values, starts, set(some values), destroy }. If it cannot, the figure says so.
const hydrate = (figure, given, onChange) => {
  const ending = new AbortController();
  try {
    return (figure.lossbook = bringToLife(figure, given, onChange, ending));
  } catch (problem) {
    ending.abort();
    figure.querySelector(".lossbook-still").style.setProperty("animation", "none", "important");
    throw problem;
  }
};

const bringToLife = (figure, given = {}, onChange = () => {}, ending) => {
  const spec = specification(figure), svgs = [...figure.querySelectorAll(".lossbook-panels > svg")];
  const { signal } = ending;
  svgs.forEach(rename);
  const nodes = nodesOf(spec, svgs, figure.querySelectorAll(".lossbook-readout"));
  const state = Object.fromEntries(spec.tables.map(({ name, values }) => [name, values]));
  const values = {}, shows = {};  // of the inputs, by label

  const byReader = some => {
    apply(some);
    onChange({ ...values });
  };
  const apply = (some, changed = []) => {
    const moved = spec.inputs.filter(node => node.label in some);
    const entered = moved.flatMap(node => enter(node, some[node.label]));
    redraw(nodes, state, new Set([...changed, ...entered]));
  };
  const enter = (node, value) => {
    const entries = toState[node.kind](node, value);  // or it throws, and this input stays as it was
    values[node.label] = value;
    entries.forEach((v, k) => (state[node.out[k]] = v));
    shows[node.label](value);
    return node.out;
  };

  const starts = Object.fromEntries(spec.inputs.map(node => [node.label, node.start]));
  const reset = make("button", { type: "button" }, "Reset"), view = { spec, svgs, reset, signal };
  view.controls = make("div", { className: "lossbook-controls" });
  for (const node of spec.inputs)
    shows[node.label] = inputs[node.kind](node, value => byReader({ [node.label]: value }), view);
  reset.addEventListener("click", () => byReader(starts), { signal });
  view.controls.append(reset);
  menu(figure, view);
  place(view.controls, figure.querySelector(".lossbook-still"), signal);
  apply({ ...starts, ...given }, ["start"]);  // on which every node depends
  enclose(figure, signal);
  return { spec, values, starts, set: apply, destroy: () => ending.abort() };
};

const nameOf = figure => figure.querySelector("[data-name]").dataset.name;

// What is in the page of it: JSON, which knows no NaN, with the numbers of its expressions; these are a
// script of the page's.
const EXPRESSIONS = new Set(["js", "span", "objective", "plan"]);
const specification = figure => {
  const written = figure.querySelector("script[type='application/json']").textContent;
  const code = self.lossbookCode[nameOf(figure)];
  return JSON.parse(written, (key, v) => (
    v === null ? NaN : EXPRESSIONS.has(key) ? expression(code[v]) : v));
};

// The controls, in place of the line that says why there are none.
const place = (controls, still, signal) => {
  still.before(controls);
  still.hidden = true;
  signal.addEventListener("abort", () => {
    controls.remove();
    still.hidden = false;
  });
};

// All that is computed, in the order of the graph, each as { uses, run, out }.
const nodesOf = (spec, svgs, readouts) => [
  ...spec.derived.map(node => ({ ...derived[node.kind](node), out: node.out })),
  ...spec.marks.map(node => mark(node, svgs, spec.panels)),
  ...spec.readouts.map((node, k) => readout(node, readouts[k])),
];

// Only what depends on a change is computed again.
const redraw = (nodes, state, changed) => {
  for (const node of nodes) {
    if (!node.uses.some(name => changed.has(name))) continue;
    const results = node.run(state);
    node.out?.forEach((name, k) => {
      state[name] = results[k];
      changed.add(name);
    });
  }
};

// Ids are unique in the page, even when a figure is shown twice.
const rename = svg => {
  const suffix = `-${serial()}`;
  const ids = new Set([...svg.querySelectorAll("[id]")].map(e => e.id));
  const own = (reference, id) => (ids.has(id) ? reference + suffix : reference);
  for (const element of svg.querySelectorAll("*"))
    for (const attribute of element.attributes)
      if (attribute.name === "id") attribute.value += suffix;
      else if (attribute.value.includes("#"))
        attribute.value = attribute.value.replace(/#([\w-]+)/g, own);
};

// The figure's height follows its content through an observer and not by layout: then a move is
// laid out within the figure, not in the whole page.
const enclose = (figure, signal) => {
  const observer = new ResizeObserver(([{ contentRect, target }]) => {
    if (target.parentElement !== figure) return;  // it is presented, and its place stays as it is
    Object.assign(figure.style, { contain: "size layout", height: `${contentRect.height}px` });
  });
  observer.observe(figure.querySelector(":scope > div"));
  signal.addEventListener("abort", () => {
    observer.disconnect();
    figure.removeAttribute("style");
  });
};

// The widget in JupyterLab: model.values and the figure follow one another.
const render = ({ model, el }) => {
  el.innerHTML = model.get("markup");
  // Or JupyterLab takes the arrows from sliders and points; it asks the focused element alone.
  el.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = "true"));
  let own;
  const view = hydrate(el.querySelector("figure"), model.get("values"), values => {
    model.set("values", (own = values));
    model.save_changes();
  });
  const follow = () => model.get("values") !== own && view.set(model.get("values"));
  model.on("change:values", follow);
  return () => {
    model.off("change:values", follow);
    view.destroy();
  };
};

// What was kept of the reader's last visit; another version of this script may have kept it.
const remind = figure => {
  const { set, starts } = figure.lossbook;
  try {
    set(memory.get(nameOf(figure)) ?? {});
  } catch {
    set(starts);
  }
};

const begin = () => {
  const moved = new Set();  // by the reader
  const awaken = figure => {
    hydrate(figure, {}, () => moved.add(figure));
    remind(figure);
  };
  // Each in a task of its own: between two the page answers its reader.
  document.querySelectorAll(".lossbook-live").forEach(figure => setTimeout(awaken, 0, figure));
  setTimeout(follow);
  addEventListener("hashchange", follow);
  const keep = () => moved.forEach(figure => {
    const { values, starts } = figure.lossbook, changed = JSON.stringify(values) !== JSON.stringify(starts);
    memory.set(nameOf(figure), changed ? values : undefined);
  });
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", keep);
};

// Only a plain script on a static page has a currentScript; there every figure comes to life.
if (document.currentScript) document.addEventListener("DOMContentLoaded", begin);

export { hydrate, render, inputs, make, memory, serial, slider, toGo, toState };
