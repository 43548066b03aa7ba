// A code cell of the page: its text, which a reader may change, its output, and what is said of a run.
import { dress } from "./dress.js";
import { editor } from "./editor.js";
import { kept } from "./kept.js";

const CHECK = /\bexercises\.check\(\s*"([^"]+)"/g;
const SAID = 4000;  // characters of a verdict that are kept

export class Cell {
  // `python` runs and stops it. An exercise is open from the start, and its verdict is kept.
  constructor(element, python) {
    this.id = element.id.replace("cell-", "");
    this.python = python;
    this.view = dress(element);
    this.outputs = this.view.outputs;
    this.exercise = this.view.exercise;
    this.printed = { text: this.view.pre.textContent.replace(/\n$/, ""), output: [...this.outputs.childNodes] };
    this.checks = this.exercise ? [...this.printed.text.matchAll(CHECK)].map(([, name]) => name) : [];
    this.key = this.checks.join(" ") || element.id;
    this.kept = kept.get(this.key) ?? {};
    // `of` is the text that the output belongs to, `own` says that a run gave it.
    this.state = { of: this.printed.text, own: false, busy: false, outdated: false };
    this.view.listen({
      run: () => python.run(this),
      stop: () => python.stop(this),
      change: () => this.open().focus(),
      restore: () => this.restore(),
    });
    if (this.kept.said) this.recall();
    if (this.exercise || this.changed) this.open();
    else this.show();
  }

  get text() { return this.kept.text ?? this.printed.text; }
  get changed() { return this.text !== this.printed.text; }
  get busy() { return this.state.busy; }
  get solved() { return this.kept.solved === true; }

  say(...news) {
    this.view.say(...news);
  }

  show(some) {
    const { state } = this;
    Object.assign(state, some);
    const stale = !state.busy && this.outputs.hasChildNodes() && (state.outdated || state.of !== this.text);
    const open = this.editor !== undefined, changed = this.changed || state.own;
    this.view.arrange({ ...state, stale, open, changed, verdict: state.own && !state.busy ? this.kept.verdict : "" });
  }

  keep(some) {
    this.kept = { ...this.kept, ...some };
    kept.set(this.key, this.kept);
  }

  open() {
    this.editor ??= editor(this.view.pre, {
      label: this.view.label,
      text: this.text,
      onInput: text => {
        this.keep({ text: text === this.printed.text ? undefined : text });
        this.show();
      },
      onRun: () => this.python.run(this),
    });
    this.show();
    return this.editor.field;
  }

  recall() {
    const said = document.createElement("pre");
    said.append(this.kept.said);
    this.outputs.append(said);
    Object.assign(this.state, { of: this.kept.of, own: true });
    this.signature = this.kept.signature;
  }

  restore() {
    this.editor?.replace(this.printed.text);
    this.kept = {};
    this.signature = undefined;
    kept.set(this.key, undefined);
    this.empty(this.printed.output);
    this.say("");
    this.show({ of: this.printed.text, own: false, outdated: false });
    this.python.restored(this);
  }

  // What is taken out of the page for good lets go of what it listens to.
  empty(next = []) {
    for (const figure of this.outputs.querySelectorAll(".lossbook-live"))
      if (this.state.own) figure.lossbook?.destroy();
    this.outputs.replaceChildren(...next);
  }

  // A run: it may have to wait, begins, may judge an answer, and ends.
  wait() {
    this.show({ busy: true });
  }
  begin(signature) {
    this.signature = signature;
    this.right = new Set();  // the exercises that it finds solved
    this.empty();
    this.show({ of: this.text, own: true, busy: true });
  }
  judge(name, right) {
    this.right[right ? "add" : "delete"](name);
  }
  end(whole) {
    if (this.checks.length && this.right) {
      const right = whole && this.checks.every(name => this.right.has(name));
      const verdict = whole ? (right ? "right" : "wrong") : undefined;
      const said = this.outputs.textContent.slice(0, SAID);
      this.keep({ said, of: this.state.of, signature: this.signature, verdict, solved: right || this.solved });
    }
    this.right = undefined;
    this.show({ busy: false });
    this.python.settled();
  }
}
