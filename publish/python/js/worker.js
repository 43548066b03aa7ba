// The thread in which Python runs. It is told of packs as they come, of the page's cells, and what to run.

const HOME = "https://python.invalid/";  // Pyodide asks for its files there, and gets them from memory
const say = (kind, more = {}) => postMessage({ kind, ...more });

// A pack is the gzip of one text: how long a list of paths and sizes is, the list, and the files. Its base64 comes in
// parts, in whatever order. It may be asked for before they are there.
const packs = new Map();
const pack = name => {
  if (!packs.has(name)) {
    const { readable, writable } = new DecompressionStream("gzip");
    const files = new Response(readable).arrayBuffer().then(split);
    files.catch(() => {});  // whoever asks for them hears of it
    packs.set(name, { parts: [], next: 0, writer: writable.getWriter(), files });
  }
  return packs.get(name);
};
const take = ({ pack: name, k, of, text }) => {
  const arriving = pack(name), { parts, writer } = arriving;
  const ignore = () => {};
  parts[k] = text;
  try {
    for (; parts[arriving.next]; arriving.next++) {
      writer.write(decoded(parts[arriving.next])).catch(ignore);
      delete parts[arriving.next];
    }
    if (arriving.next === of) writer.close().catch(ignore);
  } catch (problem) {
    writer.abort(problem).catch(ignore);
  }
};
const decoded = text => {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = binary.charCodeAt(k);
  return bytes;
};
const split = buffer => {
  const size = new DataView(buffer).getUint32(0, true);
  const paths = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  let at = 4 + size;
  return new Map(paths.map(([path, length]) => [path, new Uint8Array(buffer, (at += length) - length, length)]));
};
const files = name => pack(name).files.catch(() => { throw new Error(`the pack ${name} is damaged`); });

self.fetch = async request => {
  const name = String(request.url ?? request).split("/").pop();
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response((await files("core")).get(name), { headers: { "Content-Type": type } });
};

// Python's side: the kernel of the page, asked and answering in JSON.
const LIBRARIES = "/lib/python3.12/site-packages";

let python, known, kernel;
let outcome;  // of a run, its last message
const ask = (method, ...given) => JSON.parse(kernel(method, ...given.map(value => JSON.stringify(value))));

const begin = async (cells, all) => {
  known = all;
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));  // the least one
  } catch {
    throw new Error("this site or this browser does not let it");
  }
  const core = await files("core");
  for (const name of ["pyodide.asm.js", "pyodide.js"])  // in this order, or the second looks for the first at HOME
    importScripts(URL.createObjectURL(new Blob([core.get(name)], { type: "text/javascript" })));
  python = await loadPyodide({ indexURL: HOME });
  packs.delete("core");
  say("stage", { done: 0.15 });
  await unpack("lossbook");
  installed.set("core", Promise.resolve()).set("lossbook", Promise.resolve());
  const post = text => {
    const message = JSON.parse(text);
    if (message.kind === "need" || message.kind === "end") outcome = message;
    else say("message", { message });
  };
  kernel = python.pyimport("kernel").begin(JSON.stringify(cells), JSON.stringify(known), post);
  say("stage", { done: 0.25 });
};

const installed = new Map();  // of each pack the promise that it is there
const install = async name => {
  say("need", { packs: [name] });
  for (const other of known[name].needs) await installing(other);
  await unpack(name);
};
const installing = name => {
  if (!installed.has(name)) installed.set(name, install(name));
  return installed.get(name);
};

const unpack = async name => {
  const { FS, _api } = python, unpacked = await files(name);
  for (const [path, bytes] of unpacked) {
    FS.mkdirTree(`${LIBRARIES}/${path}`.replace(/\/[^/]*$/, ""));
    FS.writeFile(`${LIBRARIES}/${path}`, bytes, { canOwn: true });
  }
  python.pyimport("sys").path_importer_cache.clear();  // importlib.invalidate_caches would import what takes 0.1 s
  // A library that others are linked to must be there before them.
  for (const path of unpacked.keys()) if (/^lib[^/]*\.so$/.test(path)) await _api.loadDynlib(`${LIBRARIES}/${path}`, true, []);
  packs.delete(name);
};

const run = async ({ cell, texts, shown }) => {
  const { packs, missing, signature } = ask("prepare", cell, texts);
  if (missing.length) return say("done", { missing, stale: ask("stale", texts, shown) });
  await Promise.all(packs.map(installing));
  say("ready", { signature });
  for (;;) {
    ask("run", cell, texts);
    if (outcome.kind === "end") break;
    await installing(outcome.pack);
  }
  return say("done", { missing, stale: ask("stale", texts, { ...shown, [cell]: signature }) });
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
