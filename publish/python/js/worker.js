// The thread in which Python runs. It is told of packs as they come, of the page's cells, and what to run.

const HOME = "https://python.invalid/";  // Pyodide asks for its files there, and gets them from memory
const say = (kind, more = {}) => postMessage({ kind, ...more });

// The bytes of each file, which may be asked for before they are there.
const files = new Map();
const file = name => {
  if (!files.has(name)) {
    let arrive;
    const bytes = new Promise(resolve => (arrive = resolve));
    files.set(name, Object.assign(bytes, { arrive }));
  }
  return files.get(name);
};

// A pack comes in parts, pieces of one text: a line for each file, its name and the base64 of its gzip.
const parts = {};
const take = ({ pack, k, of, text }) => {
  const have = parts[pack] ??= [];
  have[k] = text;
  if (Object.keys(have).length < of) return;
  delete parts[pack];
  for (const line of have.join("").trim().split("\n")) {
    const [name, base64] = line.split(" ");
    decoded(base64).then(file(name).arrive, () => say("broken", { reason: `the pack ${pack} is damaged` }));
  }
};
const fetchData = self.fetch;
const decoded = async base64 => {
  const { body } = await fetchData(`data:application/octet-stream;base64,${base64}`);
  return new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
};

self.fetch = async request => {
  const name = String(request.url ?? request).split("/").pop();
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(await file(name), { headers: { "Content-Type": type } });
};

// Python's side: the kernel of the page, asked and answering in JSON.
const BEGIN = `
import json
from kernel import Kernel

def begin(cells, post):
    kernel = Kernel(json.loads(cells), lambda message: post(json.dumps(message)))
    return lambda method, *given: json.dumps(getattr(kernel, method)(*map(json.loads, given)))

begin`;

let python, packs, kernel;
const installed = new Map();  // of each pack the promise that it is there
const ask = (method, ...given) => JSON.parse(kernel(method, ...given.map(value => JSON.stringify(value))));

const begin = async (cells, all) => {
  packs = all;
  for (const name of ["pyodide.asm.js", "pyodide.js"])  // in this order, or the second looks for the first at HOME
    importScripts(URL.createObjectURL(new Blob([await file(name)], { type: "text/javascript" })));
  python = await loadPyodide({ indexURL: HOME, env: { HOME: "/home/pyodide", MPLBACKEND: "agg" } });
  say("stage", { done: 0.15 });
  await installing("lossbook");
  say("stage", { done: 0.25 });
  kernel = python.runPython(BEGIN)(JSON.stringify(cells), text => say("message", { message: JSON.parse(text) }));
};

const installing = pack => {
  if (!installed.has(pack)) installed.set(pack, install(pack));
  return installed.get(pack);
};
const install = async pack => {
  say("need", { packs: [pack] });
  for (const other of packs[pack].needs) await installing(other);
  for (const name of packs[pack].files) {
    const folder = { extractDir: name.startsWith("openblas") ? "/usr/lib" : undefined };
    python.unpackArchive(await file(name), name.endsWith(".whl") ? "wheel" : "zip", folder);
    files.delete(name);
  }
};

const run = async ({ cell, texts, shown }) => {
  const { packs, missing } = ask("prepare", cell, texts);
  const stale = () => ask("stale", texts, shown);
  if (missing.length) return say("end", { cell, missing, stale: stale() });
  await Promise.all(packs.map(installing));
  for (;;) {
    say("begin");
    const { need, signature } = ask("run", cell, texts);
    if (!need) return say("end", { cell, signature, stale: ask("stale", texts, { ...shown, [cell]: signature }) });
    await installing(need);
  }
};

// One thing after the other.
let last = Promise.resolve();
const hear = {
  start: ({ cells, packs }) => begin(cells, packs),
  run,
  stale: ({ texts, shown }) => say("stale", { stale: ask("stale", texts, shown) }),
};
onmessage = ({ data }) => {
  if (data.kind === "part") return take(data);
  last = last.then(() => hear[data.kind](data)).catch(problem => say("broken", { reason: problem.message }));
};
