// Python for the page: a worker that runs it, the packs that it needs, and the cells that wait for it.
import { add } from "./outputs.js";

// Made with the book (scripts.py): the worker's text, and of each pack its parts, its size and what it needs.
const { WORKER, PACKS } = lossbookPython;

const STARTS = "Python starts in this page";
const TOO_OLD = "it needs a browser from 2023: Chrome or Edge 80, Firefox 113 or Safari 16.4, or newer";
const FORBIDDEN = "this host does not let it start";

export const engine = ({ cells, load, program }) => {
  const waiting = [], shown = {};  // of each output that is not the printed one, of which program it is
  let worker, asked, running, clock, arrived, messages, lost;

  const send = message => worker.postMessage(message);
  const texts = () => Object.fromEntries(cells.filter(cell => cell.changed).map(cell => [cell.id, cell.text]));

  const begin = () => {
    if (!self.DecompressionStream) throw new Error(TOO_OLD);
    asked = new Set();
    arrived = 0;
    const mine = worker = new Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
    mine.onmessage = ({ data }) => mine === worker && hear[data.kind](data);
    mine.onerror = event => {
      event.preventDefault();
      if (mine === worker) fail(event.message || FORBIDDEN);
    };
    const printed = Object.fromEntries(program.cells.map(({ id, source }) => [id, source]));
    send({ kind: "start", cells: printed, packs: PACKS });
    ["core", "lossbook"].forEach(need);
  };

  // The parts of a pack, each a script that calls `lossbookPython.part`.
  const need = pack => {
    if (asked.has(pack)) return;
    asked.add(pack);
    const mine = worker;
    for (let k = 0; k < PACKS[pack].parts; k++)
      load(`packs/${pack}-${k}.js`).then(tell, problem => mine === worker && fail(problem.message));
  };
  lossbookPython.part = (pack, k, of, text) => {
    arrived += 1;
    if (worker) send({ kind: "part", pack, k, of, text });
  };

  const sum = key => [...asked].reduce((all, pack) => all + PACKS[pack][key], 0);
  const tell = () => {
    if (!running || running.started) return;
    const words = `${STARTS}: ${Math.ceil(sum("size") / 1e6)} MB, once …`;
    running.cell.say(words, 0.7 * arrived / sum("parts") + running.stage);
  };

  const next = () => {
    if (running || !waiting.length) return;
    const cell = waiting.shift();
    running = { cell, started: false, stage: 0 };
    [messages, lost] = [Promise.resolve(), undefined];
    try {
      if (!worker) begin();
      program.cells.find(({ id }) => id === cell.id).packs.forEach(need);
      tell();
      send({ kind: "run", cell: cell.id, texts: texts(), shown });
    } catch (problem) {
      fail(problem.message);
    }
  };

  const finish = words => {
    clearInterval(clock);
    const { cell } = running;
    running = undefined;
    cell.end();
    cell.say(words);
    next();
  };
  const end = () => {
    worker?.terminate();
    worker = undefined;
  };
  const fail = reason => {
    end();
    for (const cell of waiting.splice(0)) cell.end();
    if (running) finish(`Python stopped: ${reason}. All else on this page works as before.`);
  };

  const hear = {
    stage({ done }) {
      running && (running.stage = done);
      tell();
    },
    need: ({ packs }) => packs.forEach(need),
    begin() {
      const { cell } = running, since = performance.now();
      running.started = true;
      cell.begin();
      cell.say("");
      clock = setInterval(() => {
        const seconds = Math.round((performance.now() - since) / 1000);
        cell.say(`Running for ${seconds} s …`);
      }, 1000);
    },
    message({ message }) {
      const { cell } = running;
      if (message.kind === "verdict") cell.judge(message.name, message.right);
      else messages = messages.then(() => add(cell.outputs, message, load)).catch(problem => (lost = problem));
    },
    async end({ signature, stale, missing }) {
      await messages;
      const { cell } = running;
      if (signature) shown[cell.id] = signature;
      for (const each of cells) each.outdated(stale.includes(each.id));
      if (missing.length) finish(`This cell cannot run in the page: ${missing.join(" and ")} is not there.`);
      else finish(lost ? `Not all of the output can be shown: ${lost.message}` : "");
    },
    stale({ stale }) {
      for (const each of cells) each.outdated(stale.includes(each.id));
    },
    broken: ({ reason }) => fail(reason),
  };

  return {
    run(cell) {
      if (running?.cell === cell || waiting.includes(cell)) return;
      waiting.push(cell);
      cell.wait();
      if (running) cell.say("Waiting for the cell that runs …");
      next();
    },
    stop() {
      end();
      for (const cell of waiting.splice(0)) {
        cell.say("");
        cell.end();
      }
      if (running) finish("Stopped.");
    },
    restored(cell) {
      delete shown[cell.id];
      if (worker) send({ kind: "stale", texts: texts(), shown });
    },
  };
};

self.lossbookPython.engine = engine;
