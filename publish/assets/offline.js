// "Keep for offline": the box in which a reader has the browser store the book, or remove it again. The worker
// sw.js, which is registered here alone, stores it. A page from a disk or in a frame has no such box, nor has a
// browser without workers, or a host without https.
(() => {
  const box = document.querySelector(".keep-offline");
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const workers = self === top && location.protocol.startsWith("http") && navigator.serviceWorker;
  if (!box || !workers) return;

  const { pages, python } = box.dataset;  // their sizes in MB; a book may have no Python
  box.firstElementChild.insertAdjacentHTML("afterend", `
    <div><span>This stores ${pages} MB of pages, figures and search</span>
      <label><input type="checkbox"> and ${python} MB of Python</label></div>
    <label><progress></progress> <span></span></label>
    <p role="status" tabindex="-1"></p>
    <div><button type="button">Keep for offline</button>
      <button type="button">Cancel</button>
      <button type="button">Remove</button></div>`);
  const [size, amount] = box.querySelectorAll("span"), [withPython, loading] = box.querySelectorAll("label");
  const [keep, cancel, remove] = box.querySelectorAll("button");
  const bar = loading.firstChild, tick = withPython.firstChild, said = box.querySelector("[role=status]");

  const WHY = {
    AbortError: "Cancelled.",
    QuotaExceededError: "There is too little room: the browser gives this site less storage than the book needs. "
      + "More free space on the device may help.",
    TypeError: "Some files did not arrive: the network failed, the book has just changed, or the website alters or "
      + "lacks files. Press the button again to go on from there.",
  };
  const REFUSED = "This browser does not let the site store anything. A private window or a setting may be the reason.";

  const ours = async () => (await caches.keys()).filter(name => name.startsWith(`lossbook ${root} `));
  async function registered() {
    const found = await workers.getRegistration(root);
    return found?.scope === root.href ? found : undefined;
  }

  // What is on the device, in words, and the buttons for what can be done about it.
  async function show(words = "") {
    const registration = await registered(), newest = registration?.waiting ?? registration?.active;
    const whole = newest && (!python || newest.scriptURL.endsWith("python"));
    const left = newest || (await ours()).length;
    const focused = document.activeElement;
    loading.hidden = cancel.hidden = true;
    keep.hidden = whole;
    keep.textContent = newest ? `Add Python: ${python} MB` : "Keep for offline";
    size.hidden = Boolean(newest);
    withPython.hidden = !python || newest;
    tick.checked ||= newest;
    remove.hidden = !left;
    if (newest) {
      words += " The book is on this device";
      words += !python ? "." : whole ? ", with Python." : ", without Python.";
    }
    if (registration?.waiting)
      words += " A new version is ready. You see it on the next page that you open, once no other tab has the book open.";
    said.textContent = words.trim();
    if (box.contains(focused) && focused.closest("[hidden]")) said.focus();
  }

  const progress = (...bytes) => `${bytes.map(each => Math.round(each / 1e6)).join(" of ")} MB`;

  function begin() {
    for (const part of [size, withPython, keep, remove]) part.hidden = true;
    loading.hidden = false;
    bar.removeAttribute("value");
    amount.textContent = progress(0, pages * 1e6 + (tick.checked && python * 1e6));
    said.textContent = "Loading …";
    said.focus();
  }

  // Until the worker has all files, or has given up.
  const installed = worker => new Promise((resolve, reject) => {
    cancel.hidden = false;
    cancel.onclick = () => worker.postMessage("cancel");
    workers.onmessage = ({ data: { loaded, total, problem } }) => {
      if (problem) return reject({ name: problem });
      Object.assign(bar, { value: loaded, max: total });
      amount.textContent = progress(loaded, total);
    };
    worker.onstatechange = () => {
      if (worker.state !== "redundant") return resolve();
      setTimeout(reject, 1000, { name: "TypeError" });  // its last words may be on their way, if it had any
    };
  });

  keep.onclick = async () => {
    begin();
    navigator.storage.persist();  // some browsers ask the reader; stored it is in any case
    try {
      // By another address each time: what is removed lives while a page is open, and would be taken again, empty.
      const script = new URL(`sw.js?${Date.now()}${tick.checked ? "&python" : ""}`, root);
      await installed((await workers.register(script)).installing);
      await show();
    } catch ({ name }) {
      await show(WHY[name] ?? REFUSED);
    }
  };
  remove.onclick = async () => {
    await (await registered())?.unregister();
    for (const name of await ours()) await caches.delete(name);
    await show("The book is removed from this device; your progress stays.");
  };
  show().then(() => box.classList.add("ready"), () => {});  // what may not even be asked keeps nothing
})();
