/* What a worker of a browser has and Pyodide asks for, in a V8 that has only its language. */

var self = globalThis;
var location = { href: "https://book.invalid/" };
var importScripts = () => {}; // says that this is a worker; the scripts are here already
var files = {};

function room(name, size) {
  files[name] = new Uint8Array(size);
  return files[name].buffer;
}

const said = [];
const note = (...parts) => said.push(parts.map(String).join(" "));
var console = { debug: note, error: note, info: note, log: note, warn: note };
var performance = { now: () => Date.now(), timeOrigin: Date.now() };
// Hashes are the only chance here, and the same each time is what a build wants.
var crypto = { getRandomValues: (view) => view.fill(7) };
var AbortController = class {};
var AbortSignal = { any() {} };
var Headers = class {};
var Request = class {};
var Response = class {};
var structuredClone = (value) => JSON.parse(JSON.stringify(value));

var URL = class {
  constructor(path, base) {
    this.href = /^\w+:/.test(path) ? path : String(base.href ?? base) + path;
  }
  toString() {
    return this.href;
  }
};

var TextEncoder = class {
  encode(text = "") {
    return Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0));
  }
};

var TextDecoder = class {
  decode(view = new Uint8Array()) {
    const bytes = new Uint8Array(view.buffer ?? view, view.byteOffset ?? 0, view.byteLength);
    let text = "";
    for (let k = 0; k < bytes.length; k += 8192)
      text += String.fromCharCode(...bytes.subarray(k, k + 8192));
    return decodeURIComponent(escape(text));
  }
};

async function fetch(url) {
  const bytes = files[String(url).split("/").pop()];
  const json = () => JSON.parse(new TextDecoder().decode(bytes));
  return { ok: true, arrayBuffer: () => bytes.buffer, json };
}

WebAssembly.instantiateStreaming = async (response, imports) => {
  const module = new WebAssembly.Module(await (await response).arrayBuffer());
  return { module, instance: new WebAssembly.Instance(module, imports) };
};

var python;

async function start(folder, archives) {
  const env = { HOME: "/home/pyodide", MPLBACKEND: "agg" };
  python = await loadPyodide({ indexURL: location.href, env });
  for (const name of archives) python.unpackArchive(files[name], "zip", { extractDir: folder });
  // SciPy's libraries share it.
  await python._api.loadDynlib(`${folder}/libopenblas.so`, true, []);
}

var made; // or else its memory would be free while it is read from outside

function run(source) {
  const result = python.runPython(source);
  made = result.toJs().slice();
  result.destroy();
  return made.buffer;
}
