// The cells of a page, before Python is there. Python itself (engine.js) is asked for at the first run.
import { Cell } from "./cell.js";

const script = document.currentScript, base = new URL("./", script.src), page = script.dataset.page;
const cells = [];
let engine, failures = 0;  // a browser remembers what was damaged

// A script that lies beside this one.
const load = name => new Promise((resolve, reject) => {
  const element = document.createElement("script");
  Object.assign(element, { src: new URL(name, base), onload: resolve });
  element.onerror = () => reject(new Error(base.protocol !== "file:" && !navigator.onLine
    ? "there is no network, and this device does not have it" : `the file python/${name} is missing`));
  document.head.append(element);
  element.addEventListener("load", () => element.remove());  // and its text may go
});

const begin = async asked => {
  asked.say("Python starts in this page …", 0);
  const made = { engine: "engine.js", program: `pages/${page}.js` };
  await Promise.all(Object.values(made).map(file => load(failures ? `${file}?${failures}` : file)));
  for (const [what, file] of Object.entries(made))
    if (!lossbookPython[what]) throw new Error(`the file python/${file} is damaged`);
  return engine ?? lossbookPython.engine({ cells, load, program: lossbookPython.program });
};

const python = {
  async run(asked) {
    asked.wait();
    try {
      engine ??= await begin(asked);
      if (asked.busy) engine.run(asked);  // or it was stopped meanwhile
    } catch (problem) {
      failures += 1;
      asked.end();
      asked.say(`Python cannot start: ${problem.message}. All else on this page works as before.`);
    }
  },
  stop: cell => (engine ? engine.stop(cell) : cell.end()),
  restored(which) {
    engine?.restored(which);
    mark();
  },
  settled: () => mark(),
};

// A solved exercise says so, and how many are solved stands at their places in the contents.
const mark = () => {
  const sections = new Map();
  for (const { exercise, solved } of cells.filter(({ checks }) => checks.length)) {
    const title = exercise.querySelector(".admonition-title");
    title.querySelector(".python-mark")?.remove();
    if (solved) title.append(Object.assign(document.createElement("span"), { className: "python-mark", textContent: "✓ solved" }));
    const { id } = exercise.closest("section[id]:not([id^='exercise-content'])");
    sections.set(id, [...(sections.get(id) ?? []), solved]);
  }
  for (const [id, solved] of sections)
    for (const link of document.querySelectorAll(`.page-toc a[href="#${id}"]`)) {
      const count = solved.filter(Boolean).length;
      link.dataset.solved = count ? `✓ ${count} of ${solved.length}` : "";
    }
  document.dispatchEvent(new Event("verdicts"));
};

addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll(".cell[id^='cell-']")) cells.push(new Cell(element, python));
  mark();
});

export { base, cells };
