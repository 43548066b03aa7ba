// What a reader has read and solved, kept on the device: marks in the contents, and below them a box with
// counts, an export that a teacher can verify, and a way to erase all. Where nothing is kept it shows nothing.
(() => {
  const root = new URL(document.documentElement.dataset.content_root, location.href).pathname;
  const KEY = `lossbook progress ${root}`;
  const SHARE = 0.25;  // of the reading time: whoever was shorter on a page has not read it
  const STEP = 5, IDLE = 60;  // seconds
  const PAGES = window.lossbookPages;  // minutes to read, exercises, questions of each
  const nameOf = path => path.split("/").pop().replace(/\.html$/, "");
  const here = nameOf(location.pathname), suffix = location.pathname.endsWith(".html") ? ".html" : "";

  let device, erased = false;
  try {
    if (localStorage instanceof Storage) device = localStorage;  // or it is the page's own (layout.html)
  } catch { /* not in this frame */ }
  if (!device || !PAGES) return;

  const get = key => {
    try {
      return Object(JSON.parse(device.getItem(key)));
    } catch {
      return {};
    }
  };
  const keep = some => {
    const all = get(KEY);
    all[here] = { ...all[here], ...some };
    try {
      if (!erased) device.setItem(KEY, JSON.stringify(all));
    } catch { /* it is full */ }
  };
  const eraseAll = () => {
    for (const key of Object.keys(device))
      if (key === KEY || key.startsWith("lossbook ") && key.includes(` ${root}book/`)) device.removeItem(key);
    if (window.name.startsWith("lossbook ")) window.name = "";
    erased = true;
    location.reload();
  };

  // What is kept of a page, here and by the script of its code (kept.js).
  const pageOf = name => {
    const path = `${root}book/${name}${suffix}`, [minutes, exercises, questions] = PAGES[name];
    const { read, answered = [] } = get(KEY)[name] ?? {};
    const code = Object.entries(get(`lossbook code ${path}`))
      .filter(([key, value]) => !key.startsWith("cell-") && (value?.text ?? value?.of) !== undefined);
    const solved = Math.min(exercises, code.filter(([, { solved }]) => solved).length);
    const correct = Math.min(questions, answered.filter(({ verdict }) => verdict === "right").length);
    const begun = Boolean(read || code.length || answered.length);
    return { name, minutes, exercises, questions, read, code, answered, solved, correct, begun };
  };
  const pages = () => Object.keys(PAGES).map(pageOf);

  // In the contents, as signs and for those who hear them as words.
  const mark = (link, { read, solved, exercises, correct, questions }) => {
    link.querySelector(".progress-mark")?.remove();
    const signs = [], words = [];
    const add = (sign, word) => signs.push(sign) && words.push(word);
    if (read) add("✓", "read");
    if (solved) add(`${solved}/${exercises}`, `${solved} of ${exercises} exercises solved`);
    if (correct) add(`${correct}/${questions}`, `${correct} of ${questions} questions right`);
    if (!signs.length) return;
    const element = document.createElement("span");
    element.className = "progress-mark";
    element.textContent = signs.join(" ");
    element.title = words.join(", ");
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", words.join(", "));
    link.append(" ", element);
  };
  const markAll = all => {
    for (const link of document.querySelectorAll(":is(.bd-docs-nav, .toctree-wrapper) a.reference")) {
      const page = all.find(({ name }) => name === nameOf(link.pathname));
      if (page) mark(link, page);
    }
  };

  const box = document.createElement("details");
  box.className = "progress-box";
  box.innerHTML = `<summary>Your progress</summary><ul></ul>
    <p>A chapter counts as read when you reach its end after at least a quarter of its reading time.
      Your progress is kept on this device only. Export saves it, with your answers, as a file.</p>
    <p><button type="button">Export</button> <button type="button">Erase</button></p>
    <p hidden>Erase your progress: the record of what you read, your answers and code, and the settings of the figures?
      <button type="button">Yes, erase</button> <button type="button">No, keep it</button></p>`;
  const count = all => {
    const sum = key => all.reduce((total, page) => total + page[key], 0);
    const chapters = all.filter(({ minutes }) => minutes);
    const counts = [
      `${chapters.filter(({ read }) => read).length} of ${chapters.length} chapters read`,
      `${sum("solved")} of ${sum("exercises")} exercises solved`,
      `${sum("correct")} of ${sum("questions")} questions right`,
    ];
    box.querySelector("ul").replaceChildren(...counts.map(words =>
      Object.assign(document.createElement("li"), { textContent: words })));
    box.hidden = !all.some(({ begun }) => begun);
  };
  const show = () => {
    const all = pages();
    markAll(all);
    count(all);
  };

  // The verdict is on the code beside it: none if the reader changed it since.
  const exercise = ([names, { text, of, verdict, solved }]) => {
    const code = text ?? of;
    return { exercises: names.split(" "), code, verdict: code === of ? verdict : undefined, solved };
  };
  const exported = () => ({
    book: document.querySelector(".navbar-brand")?.textContent.trim(),
    exported: new Date(),
    pages: pages().filter(({ begun }) => begun).map(({ name, read, code, answered }) =>
      ({ page: name, read, exercises: code.map(exercise), questions: answered })),
  });

  const [exports, erase, yes, no] = box.querySelectorAll("button");
  const ask = on => {
    yes.parentElement.hidden = !on;
    erase.parentElement.hidden = on;
    (on ? no : erase).focus();
  };
  exports.onclick = () => saveText("lossbook-progress.json", JSON.stringify(exported(), null, 2));
  erase.onclick = () => ask(true);
  no.onclick = () => ask(false);
  yes.onclick = eraseAll;

  // As a teacher reads it: a formula is its TeX.
  const wordsOf = element => {
    const copy = element.cloneNode(true);
    for (const formula of copy.querySelectorAll("mjx-container"))
      formula.replaceWith(`$${formula.dataset.latex}$`);
    return copy.textContent.trim().replace(/\s+/g, " ");
  };

  // The answers that were checked, which the questions have kept (memory.js): one may since be chosen that was not.
  const judge = () => {
    const kept = get(`lossbook ${location.pathname}`);
    const answered = [...document.querySelectorAll(".quiz form[data-verdict]")].map(form => {
      const { name, verdict, first } = form.dataset, given = kept[name]?.given;
      const choice = form.querySelector(`[type=radio][value="${given}"]`);
      const answer = choice ? wordsOf(choice.nextElementSibling) : given;
      return { question: wordsOf(form.querySelector("legend")), answer, verdict, first };
    });
    keep({ answered });
    show();
  };

  // The time that a reader is at the page, over all visits; and whether its end is in sight.
  const watch = end => {
    let { seconds = 0, read } = get(KEY)[here] ?? {}, inSight = false, active = 0;
    const look = () => {
      if (read || !inSight || seconds < 60 * SHARE * PAGES[here][0]) return;
      read = new Date().toISOString().slice(0, 10);
      keep({ seconds, read });
      show();
    };
    new IntersectionObserver(entries => {
      inSight = entries[entries.length - 1].isIntersecting;
      look();
    }).observe(end);
    for (const sign of ["scroll", "pointermove", "pointerdown", "keydown"])
      addEventListener(sign, () => (active = IDLE), { passive: true, capture: true });
    setInterval(() => {
      if (document.hidden || active <= 0) return;
      active -= STEP;
      seconds += STEP;
      look();
    }, STEP * 1000);
    document.addEventListener("visibilitychange", () => document.hidden && seconds && keep({ seconds }));
  };

  document.addEventListener("click", ({ target }) => target.closest?.(".quiz button") && setTimeout(judge));
  document.addEventListener("verdicts", show);  // of the page's code (python/js/page.js)
  addEventListener("storage", show);  // in another tab
  document.addEventListener("DOMContentLoaded", () => {  // then the questions have their answers again
    document.querySelector(".sidebar-primary-items__end")?.prepend(box);
    const end = document.querySelector(".prev-next-footer");
    if (PAGES[here]?.[0] && end) watch(end);
    if (document.querySelector(".quiz [data-verdict]")) judge();
    else show();
  });
})();
