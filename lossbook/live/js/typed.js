// The control of a density that the reader types: the text is read, never run, and never shown as
// anything but text.
import { inputs, make, serial, slider, toGo, toState } from "./live.js";
import { noiseOf } from "./noise.js";
import { LENGTH, Refusal, read } from "./reading.js";

const RANGE = { low: 0.05, high: 5, step: 0.05 };  // of a parameter's slider, which starts at 1
const PATIENCE = 500;  // milliseconds without a key before the page says what is wrong with the text
const onPage = Boolean(document.currentScript);  // and not in a widget

const tidy = text => text.trim().replace(/\s+/g, " ");

inputs.density = (node, set, view) => {
  const { controls, signal } = view, field = fieldOf();
  const box = make("div", { className: "lossbook-parameters" }), said = saidOf(field);
  let now, waiting;
  const say = (words, wrong) => {
    clearTimeout(waiting);
    said.textContent = words;
    field.setAttribute("aria-invalid", wrong);
  };
  signal.addEventListener("abort", () => clearTimeout(waiting));

  // The figure takes what can be read, and stays as it is at what cannot.
  const attempt = (text, given, patience = 0) => {
    try {
      set(valueOf(text, given));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const words = `${refusal.message} The figure still shows the last density that could be used.`;
      clearTimeout(waiting);
      if (patience) waiting = setTimeout(() => say(words, true), patience); else say(words, true);
    }
  };
  field.addEventListener("input", () => attempt(field.value, now.parameters, PATIENCE), { signal });
  const showPreset = presets(node, attempt, view);
  const label = make("label", { className: "lossbook-typed" }, make("span", {}, node.label), field);
  controls.append(label, said, box);
  const change = (name, v) => attempt(field.value, { ...now.parameters, [name]: v });
  const showParameters = parameters(box, change, view);
  if (onPage) followLink(field, attempt, () => set(node.start));
  return value => {
    now = value;
    say("", false);
    if (tidy(field.value) !== value.text) field.value = value.text;
    showPreset(value);
    showParameters(value);
  };
};
toState.density = (node, value) => [noiseOf(value)];

// The value of a text with some parameters, or it throws a refusal.
const valueOf = (text, given) => {
  const value = { text: tidy(text), parameters: read(tidy(text), given).parameters };
  noiseOf(value);
  return value;
};

// The same of a link, or undefined.
toGo.density = (text, given) => {
  const fits = ([, v]) => v >= RANGE.low && v <= RANGE.high;
  try {
    return valueOf(text, Object.fromEntries(Object.entries(given).filter(fits)));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return undefined;
  }
};

const fieldOf = () => make("textarea", {
  rows: 2, maxLength: LENGTH, spellcheck: false, autocapitalize: "off", autocomplete: "off",
});

// Where the page says what is wrong with the text.
const saidOf = field => {
  const said = make("p", { id: `lossbook-said-${serial()}`, className: "lossbook-said" });
  field.setAttribute("aria-describedby", said.id);
  said.setAttribute("aria-live", "polite");
  return said;
};

const presets = (node, attempt, { controls, signal }) => {
  const name = `lossbook-preset-${serial()}`;
  const radios = node.presets.map(preset => make("input", { type: "radio", name, value: preset.name }));
  const labels = radios.map(radio => make("label", {}, radio, make("span", {}, radio.value)));
  radios.forEach((radio, k) => radio.addEventListener("change", () => {
    const { text, parameters } = node.presets[k];
    attempt(text, parameters);
  }, { signal }));
  controls.append(make("fieldset", {}, make("legend", {}, "Start from"), ...labels));
  return ({ text }) => radios.forEach((radio, k) => (radio.checked = node.presets[k].text === text));
};

// A slider for each parameter, made when the parameter is first typed.
const parameters = (box, set, { reset, signal }) => {
  const sliders = new Map();
  const sliderOf = name => {
    const own = make("div");
    const show = slider({ label: name, ...RANGE }, v => set(name, v), { controls: own, reset, signal });
    return { own, show };
  };
  return ({ parameters }) => {
    const used = Object.entries(parameters).map(([name, v]) => {
      if (!sliders.has(name)) sliders.set(name, sliderOf(name));
      const { own, show } = sliders.get(name);
      show(v);
      return own;
    });
    // A slider that stays keeps the focus only if it is not moved.
    const others = used.some((own, k) => box.children[k] !== own);
    if (others || used.length < box.children.length) box.replaceChildren(...used);
  };
};

// What a link of the book's first form brought, in place of what was kept.
const followLink = (field, attempt, restart) => {
  const given = linked();
  if (given) queueMicrotask(() => {
    restart();
    field.value = given.text;
    attempt(given.text, given.parameters);
  });
};

// What the address of the page holds, ?density=…&parameter=…, in any order and among other things, or
// null. A parameter may be called density: the first is the text.
const linked = () => {
  const all = [...new URLSearchParams(location.search)];
  const first = all.findIndex(([name]) => name === "density");
  if (first < 0) return null;
  const [[, text]] = all.splice(first, 1);
  const given = all.filter(([, value]) => value).map(([name, value]) =>
    [name, Math.min(RANGE.high, Math.max(RANGE.low, +value || 1))]);
  return { text: tidy(text), parameters: Object.fromEntries(given) };
};
