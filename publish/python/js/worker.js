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
const LIBRARIES = "/lib/python3.12/site-packages";

let python, packs, kernel;
let outcome;  // of a run, its last message
const ask = (method, ...given) => JSON.parse(kernel(method, ...given.map(value => JSON.stringify(value))));

const begin = async (cells, all) => {
  packs = all;
  for (const name of ["pyodide.asm.js", "pyodide.js"])  // in this order, or the second looks for the first at HOME
    importScripts(URL.createObjectURL(new Blob([await file(name)], { type: "text/javascript" })));
  python = await loadPyodide({ indexURL: HOME });
  say("stage", { done: 0.15 });
  await unpack("lossbook");
  installed.set("core", Promise.resolve()).set("lossbook", Promise.resolve());
  const post = text => {
    const message = JSON.parse(text);
    if (message.kind === "need" || message.kind === "end") outcome = message;
    else say("message", { message });
  };
  kernel = python.pyimport("kernel").begin(JSON.stringify(cells), JSON.stringify(packs), post);
  say("stage", { done: 0.25 });
};

const installed = new Map();  // of each pack the promise that it is there
const install = async pack => {
  say("need", { packs: [pack] });
  for (const other of packs[pack].needs) await installing(other);
  await unpack(pack);
};
const installing = pack => {
  if (!installed.has(pack)) installed.set(pack, install(pack));
  return installed.get(pack);
};

const unpack = async pack => {
  for (const name of packs[pack].files) {
    // Pyodide's own loader makes a library known to those that are linked to it.
    if (name.startsWith("openblas")) await python.loadPackage("openblas", { messageCallback() {}, checkIntegrity: false });
    else if (/\.(whl|zip)$/.test(name)) python.unpackArchive(await file(name), "zip", { extractDir: LIBRARIES });
    else python.FS.writeFile(`${LIBRARIES}/${name}`, new Uint8Array(await file(name)));
    files.delete(name);
  }
};

const run = async ({ cell, texts, shown }) => {
  const { packs, missing } = ask("prepare", cell, texts);
  if (missing.length) return say("done", { missing, stale: ask("stale", texts, shown) });
  await Promise.all(packs.map(installing));
  say("ready");
  for (;;) {
    ask("run", cell, texts);
    if (outcome.kind === "end") break;
    await installing(outcome.pack);
  }
  const { signature } = outcome;
  return say("done", { missing, signature, stale: ask("stale", texts, { ...shown, [cell]: signature }) });
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
  return undefined;
};
