// The book without a network. ext/offline.py puts before this VERSION, the digest of the list of the book's
// files: another book is another worker, which the browser finds when it looks for one after a navigation.
//
// Each worker has a cache of its own, filled before it is installed, and answers from that: a page and its scripts
// are of one version. A worker whose files do not all arrive is never installed; the one before stays.
// With `python` in its address it keeps Python too.
const OURS = `lossbook ${registration.scope} `;  // another book may live on the same host
const WHOLE = location.search.endsWith("python");
const NAME = `${OURS}${VERSION}${WHOLE ? " python" : ""}`;
const LIST = "offline.json";
const AT_ONCE = 6;  // as many as a browser asks of a host at once
const AGAIN = "<!DOCTYPE html><title>…</title><script>setTimeout(() => location.reload(), 50)</script>";
const stop = new AbortController();

addEventListener("install", event => event.waitUntil(load().catch(giveUp)));
addEventListener("activate", event => event.waitUntil(removeOthers()));
addEventListener("message", ({ data }) => data === "cancel" ? stop.abort() : skipWaiting());
addEventListener("fetch", event => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(registration.scope)) event.respondWith(answer(event));
});

// The files of a version

async function load() {
  const list = await fresh(LIST, VERSION), { pages, python } = await list.clone().json();
  const files = WHOLE ? [...pages, ...python] : pages;
  const total = files.reduce((sum, [, , size]) => sum + size, 0);
  const { quota, usage } = await navigator.storage.estimate?.() ?? {};  // not in Safari 16
  if (quota - usage < total) throw new DOMException("No room", "QuotaExceededError");  // nothing is sent in vain
  const [cache, old] = [await caches.open(NAME), await kept()];
  await cache.put(LIST, list);
  let loaded = 0;
  const rest = files.values();  // which all take from
  const take = async () => {
    for (const [path, hash, size] of rest) {
      if (!await cache.match(path)) await cache.put(path, await old(path, hash) ?? await fresh(path, hash));
      tell({ loaded: loaded += size, total });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  if (!await caches.has(NAME)) throw new TypeError("removed meanwhile");
}

// From the network itself, and nothing but what the hash is of: a host may be between two versions.
async function fresh(path, hash) {
  const response = await fetch(path, { cache: "no-store", integrity: `sha256-${hash}`, signal: stop.signal });
  if (!response.ok) throw new TypeError(`${path}: ${response.status}`);
  return response.redirected ? new Response(response.body, response) : response;  // no page may be a redirected one
}

// What other caches of the book have of the same path and hash.
async function kept() {
  const names = (await ours()).filter(name => name !== NAME);
  const all = await Promise.all(names.map(async name => [name, await hashes(name)]));
  return async (path, hash) => {
    for (const [name, known] of all)
      if (known.get(path) === hash) {
        const found = await caches.match(path, { cacheName: name });
        if (found) return found;
      }
  };
}

const ours = async () => (await caches.keys()).filter(name => name.startsWith(OURS));

async function hashes(name) {
  const list = await caches.match(LIST, { cacheName: name });
  const { pages, python } = await list?.json() ?? { pages: [], python: [] };
  return new Map([...pages, ...python]);
}

// What the network cut short goes on from there the next time; else nothing stays.
async function giveUp(problem) {
  const { aborted } = stop.signal;
  stop.abort();
  if (aborted || problem.name !== "TypeError") await caches.delete(NAME);
  await tell({ problem: problem.name });
  throw problem;
}

async function removeOthers() {
  if (registration.installing || registration.waiting) return;  // a still newer version: it will do it
  for (const name of await ours()) if (name !== NAME) await caches.delete(name);
}

async function tell(news) {
  for (const client of await clients.matchAll({ includeUncontrolled: true })) client.postMessage(news);
}

// Answers

async function answer(event) {
  const { request } = event;
  if (request.destination === "document" && await givesWay(event))
    return new Response(AGAIN, { headers: { "Content-Type": "text/html" } });
  const path = request.url.slice(registration.scope.length).replace(/[?#].*/, "") || "index.html";
  const found = await caches.match(path, { cacheName: NAME });
  if (found) return found;
  const hash = (await hashes(NAME)).get(path);  // Python, not kept: that of this version or none
  return hash ? fetch(path, { integrity: `sha256-${hash}` }) : fetch(request);
}

// A newer version takes over where a reader goes on to a page and has no other open. Who navigates, the browser
// does not say: an empty page, which asks again at once, tells whether another stays beside it.
let last = {};  // navigation: its page's id, and whether that is the empty one

async function givesWay({ resultingClientId: id }) {
  const before = last, now = last = { id, empty: false };
  if (!registration.waiting) return false;
  if (before.id) await clients.get(before.id);  // until it is among the pages
  const open = await clients.matchAll();
  const alone = open.every(page => before.empty && page.id === before.id);
  if (alone) registration.waiting.postMessage("take over");
  return now.empty = alone || (open.length === 1 && !before.empty);
}
