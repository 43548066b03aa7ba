// Python for the page: a worker that runs it, the packs that it needs, and the cells that wait for it.
import { add } from "./outputs.js";

// Made with the book (scripts.py): the worker's text, and of each pack its parts, its size and what it needs.
const { WORKER, PACKS } = lossbookPython;

const TOO_OLD = "it needs Chrome or Edge 99, Firefox 113, Safari 16.4, or a newer browser";
const FORBIDDEN = "this site or this browser does not let it";

// Whether Python came to this device before: a browser keeps it, and from a disk nothing is sent.
const came = (now = false) => {
  try {
    if (now) localStorage.setItem("lossbook python", "came");
    return location.protocol === "file:" || localStorage.getItem("lossbook python") !== null
      || navigator.serviceWorker?.controller?.scriptURL.endsWith("python");  // kept for offline
  } catch {
    return false;
  }
};

class Engine {
  // `load` fetches a script that lies beside this one; `program` has all cells of the page, as printed.
  constructor({ cells, load, program }) {
    Object.assign(this, { cells, load, program });
    this.printed = program.cells.map(({ id, source }) => [id, source]);  // an object would lose their order
    this.waiting = [];
    // Of each output that is not the printed one, of which program it is.
    this.shown = Object.fromEntries(cells.filter(({ signature }) => signature).map(cell => [cell.id, cell.signature]));
    this.starts = this.failures = 0;
    lossbookPython.part = (pack, k, of, text) => this.take({ kind: "part", pack, k, of, text });
  }

  // What the page asks for

  run(cell) {
    if (this.current?.cell === cell || this.waiting.includes(cell)) return;
    this.waiting.push(cell);
    cell.wait();
    if (this.current) cell.say("Waiting for another cell …");
    this.next();
  }

  // A cell that waits leaves the row; one that runs ends with its Python.
  stop(cell) {
    if (this.waiting.includes(cell)) return this.dismiss(cell);
    this.end();
    return this.finish("Stopped.");
  }

  restored(cell) {
    delete this.shown[cell.id];
    if (this.worker) this.send({ kind: "stale", texts: this.texts(), shown: this.shown });
  }

  // The worker

  begin() {
    if (!self.DecompressionStream || !self.WebAssembly || !self.Worker) throw new Error(TOO_OLD);
    this.asked = new Set();
    this.arrived = new Set();
    this.starts += 1;
    const worker = new Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
    worker.onmessage = ({ data }) => worker === this.worker && this[data.kind](data);
    worker.onerror = event => {
      event.preventDefault();
      if (worker === this.worker) this.fail(event.message || FORBIDDEN);
    };
    this.worker = worker;
    this.send({ kind: "start", cells: this.printed, packs: PACKS });
    this.need({ packs: ["core", "lossbook"] });
  }

  end() {
    this.worker?.terminate();
    this.worker = undefined;
  }

  send(message) {
    this.worker.postMessage(message);
  }

  // A pack comes in parts, each a script that calls `lossbookPython.part`.
  need({ packs }) {
    const { worker } = this;
    for (const pack of packs.filter(pack => !this.asked.has(pack))) {
      this.asked.add(pack);
      for (let k = 0; k < PACKS[pack].parts; k++)
        this.fetch(pack, k).catch(problem => worker === this.worker && this.fail(problem.message));
    }
  }

  async fetch(pack, k) {
    const name = `packs/${pack}-${k}.js`, { arrived } = this;
    await this.load(this.failures ? `${name}?${this.failures}` : name);  // a browser remembers what was damaged
    if (!arrived.has(name)) throw new Error(`the file python/${name} is damaged`);
  }

  take(part) {
    if (!this.worker) return;
    this.arrived.add(`packs/${part.pack}-${part.k}.js`);
    this.send(part);
    this.tell();
  }

  tell() {
    if (!this.current || this.current.begun) return;
    const sum = key => [...this.asked].reduce((all, pack) => all + PACKS[pack][key], 0);
    const weight = came() ? "" : ` (a download of ${Math.ceil(sum("size") / 1e6)} MB, once)`;
    const words = this.starts > 1 ? "Python starts again …" : `Python starts in this page${weight} …`;
    this.current.cell.say(words, 0.7 * this.arrived.size / sum("parts") + this.current.stage);
  }

  // A run

  texts() {
    return Object.fromEntries(this.cells.filter(cell => cell.changed).map(cell => [cell.id, cell.text]));
  }

  next() {
    if (this.current || !this.waiting.length) return;
    const cell = this.waiting.shift();
    this.current = { cell, stage: 0, messages: Promise.resolve() };
    try {
      if (!this.worker) this.begin();
      this.need(this.program.cells.find(({ id }) => id === cell.id));
      this.tell();
      this.send({ kind: "run", cell: cell.id, texts: this.texts(), shown: this.shown });
    } catch (problem) {
      this.fail(problem.message);
    }
  }

  finish(words, whole = false) {
    const { cell, clock } = this.current;
    clearInterval(clock);
    this.current = undefined;
    cell.end(whole);
    cell.say(words);
    document.dispatchEvent(new Event("outputs"));
    this.next();
  }

  fail(reason) {
    this.failures += 1;
    this.end();
    this.dismiss(...this.waiting);
    if (this.current) this.finish(`Python cannot run: ${reason.replace(/\.$/, "")}. All else on this page works as before.`);
  }

  dismiss(...cells) {
    this.waiting = this.waiting.filter(cell => !cells.includes(cell));
    for (const cell of cells) {
      cell.end();
      cell.say("");
    }
  }

  // What the worker says, by its kind

  stage({ done }) {
    if (this.current) this.current.stage = done;
    this.tell();
  }

  ready({ signature }) {
    const { cell } = this.current, since = performance.now();
    this.current.begun = true;
    this.shown[cell.id] = signature;
    came(true);
    cell.begin(signature);
    cell.say("");
    this.current.clock = setInterval(() => {
      cell.say("Running …", undefined, `${Math.round((performance.now() - since) / 1000)} s`);
    }, 1000);
  }

  message({ message }) {
    const { current } = this;
    if (message.kind === "verdict") current.cell.judge(message.name, message.right);
    else current.messages = current.messages.then(() => add(current.cell.outputs, message, this.load))
      .catch(problem => (current.lost = problem.message));
  }

  async done({ stale, missing }) {
    const { current } = this;
    await current.messages;
    if (current !== this.current) return;  // stopped meanwhile
    this.stale({ stale });
    if (missing.length) this.finish(`This cell cannot run in the page, which does not have ${missing.join(" and ")}.`);
    else this.finish(current.lost ? `Not all of the output can be shown: ${current.lost}.` : "", true);
  }

  stale({ stale }) {
    for (const cell of this.cells) cell.show({ outdated: stale.includes(cell.id) });
  }

  broken({ reason }) {
    this.fail(reason);
  }
}

lossbookPython.engine = parts => new Engine(parts);
