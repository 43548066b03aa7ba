// A code cell of the page: its text, which a reader may change, its output, and what is said of a run.
import { dress, make } from "./dress.js";
import { editor } from "./editor.js";
import { kept } from "./kept.js";

const CHECK = /\bexercises\.check\(\s*"([^"]+)"/g;
const SAID = 4000;  // characters of a verdict that are kept

// Brings a cell to life. `python` runs and stops it; an exercise is open from the start, and its verdict is kept.
export const cell = (element, python) => {
  const view = dress(element), { outputs, exercise } = view;
  const printed = { text: view.pre.textContent.replace(/\n$/, ""), output: [...outputs.childNodes] };
  const checks = exercise ? [...printed.text.matchAll(CHECK)].map(([, name]) => name) : [];
  const key = checks.join(" ") || element.id;
  let entry = kept.get(key) ?? {}, field;
  const state = { of: printed.text, own: false, busy: false, outdated: false };  // `of`: the text of the output

  const text = () => entry.text ?? printed.text;
  const keep = some => {
    entry = { ...entry, ...some };
    kept.set(key, entry);
  };
  const show = some => {
    Object.assign(state, some);
    const stale = !state.busy && outputs.hasChildNodes() && (state.outdated || state.of !== text());
    view.arrange({ ...state, open: field !== undefined, changed: text() !== printed.text || state.own, stale });
  };
  const open = () => {
    field ??= editor(view.pre, {
      label: view.label,
      text: text(),
      onInput: now => {
        keep({ text: now === printed.text ? undefined : now });
        show();
      },
      onRun: () => python.run(self),
    });
    show();
    return field.field;
  };
  const restore = () => {
    entry = {};
    kept.set(key, undefined);
    field?.show(printed.text);
    outputs.replaceChildren(...printed.output);
    view.say("");
    show({ of: printed.text, own: false, outdated: false });
    python.restored(self);
  };
  let right = new Set();
  const self = {
    id: element.id.replace("cell-", ""),
    checks,
    outputs,
    say: view.say,
    get text() { return text(); },
    get changed() { return text() !== printed.text; },
    get solved() { return entry.right === true; },
    wait: () => show({ busy: true }),
    begin() {
      right = new Set();
      outputs.replaceChildren();
      show({ of: text(), own: true, busy: true });
    },
    judge: (name, yes) => right[yes ? "add" : "delete"](name),
    end() {
      const solved = checks.length > 0 && checks.every(name => right.has(name));
      if (state.own && exercise) keep({ said: outputs.textContent.slice(0, SAID), right: solved || self.solved });
      show({ busy: false });
      python.settled();
    },
    outdated: yes => show({ outdated: yes }),
  };
  view.listen({ run: () => python.run(self), stop: () => python.stop(), change: () => open().focus(), restore });
  if (entry.said) {
    outputs.append(make("pre", {}, entry.said));
    Object.assign(state, { of: text(), own: true });
  }
  if (exercise || self.changed) open();
  else show();
  return self;
};
