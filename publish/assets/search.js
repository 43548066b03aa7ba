// Sphinx's search finds the pages that have the words. Here it also finds what else the book calls the same
// thing, and each result leads to a place in its page and shows a line of it (ext/search_texts.py has the names and
// the texts).
const { names, texts } = window.searchTexts;
const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const stemmer = new Stemmer();

// The words in their order, each with other endings; a short one is an abbreviation, and has few.
const pattern = (...sought) => {
  const open = sought.map((word) => {
    let root = stemmer.stemWord(word);
    while (!word.startsWith(root)) root = root.slice(0, -1);
    return root.length > 3 ? `${root}\\p{L}*` : `${word}s?`;
  });
  return new RegExp(`(^|[^\\p{L}\\p{N}])(${open.join("[^\\p{L}\\p{N}]{1,3}")})(?![\\p{L}\\p{N}])`, "iu");
};

// The place of a page that has most of what is sought, or the one that is named. A title counts more than a text.
const best = (page, patterns, name) => {
  const found = { page, score: 0 }, places = texts[page] ?? [];
  const named = places.filter(([place]) => place === name);
  for (const [place, title, text] of named.length ? named : places) {
    const score = patterns.reduce((sum, each) => sum + 3 * each.test(title) + each.test(text), 0);
    if (score > found.score || named.length) Object.assign(found, { place, title, text, score });
  }
  return found;
};

// What else the query may mean: a name in it stands for the others of the same thing.
const widened = (query) => {
  const sought = ` ${words(query).join(" ")} `, typed = pattern(...words(query));
  const others = new Set([sought.replace(/iz(?=[aei])/g, "is")]); // British spelling
  for (const [same, elsewhere] of names)
    for (const name of [...same, ...elsewhere]) {
      const known = words(name).join(" ");
      for (const part of [` ${known} `, ` ${known.replace(/ (loss|noise)$/, "")} `])
        if (sought.includes(part)) for (const other of same) others.add(sought.replace(part, ` ${other} `));
    }
  return [...others].map((other) => other.trim()).filter((other) => !typed.test(other));
};

// The line of a text around the first of the patterns that it has, marked; without one, its beginning.
const line = (text, patterns) => {
  const [found] = patterns.map((each) => each.exec(text)).filter(Boolean);
  const start = found ? found.index + found[1].length : 0, end = start + (found?.[2].length ?? 0);
  const from = start > 80 ? text.indexOf(" ", start - 80) + 1 : 0;
  const to = text.length > end + 120 ? text.lastIndexOf(" ", end + 120) : text.length;
  const context = document.createElement("p"), mark = document.createElement("mark");
  context.className = "search-context";
  mark.append(text.slice(start, end));
  context.append(from ? "… " : "", text.slice(from, start), found ? mark : "");
  context.append(text.slice(end, to), to < text.length ? " …" : "");
  return context;
};

const show = ({ page, place, title, text, sought, as, patterns }) => {
  const entry = document.createElement("li"), link = document.createElement("a");
  // The words go along in the address. Sphinx leaves them in the browser's memory, where any page finds them.
  link.href = `${page}.html?highlight=${encodeURIComponent(sought)}${place ? `#${place}` : ""}`;
  const whole = texts[page]?.[0][1] ?? title;
  link.append(whole === title ? title : `${whole} › ${title}`);
  entry.append(link);
  if (as) entry.append(` as “${as}”`);
  if (text) entry.append(line(text, patterns));
  Search.output.append(entry);
};

Search.query = (query) => {
  const results = new Map();
  const add = (result) => {
    const key = `${result.page}#${result.place ?? ""}`;
    if (!results.has(key)) results.set(key, result);
  };
  const typed = words(query), patterns = [pattern(...typed), ...typed.map((word) => pattern(word))];
  for (const [page, title, anchor] of Search._performSearch(...Search._parseQuery(query)).reverse()) {
    const found = best(page, patterns, anchor.slice(1));
    add({ title, ...found, place: anchor.slice(1) || found.place, sought: query, patterns });
  }
  localStorage.removeItem("sphinx_highlight_terms");
  for (const as of widened(query)) {
    const patterns = [pattern(...words(as))];
    const found = Object.keys(texts).map((page) => best(page, patterns)).filter(({ score }) => score);
    for (const result of found.sort((a, b) => b.score - a.score)) add({ ...result, sought: as, as, patterns });
  }
  results.forEach(show);
  Search.status.setAttribute("role", "status");
  _finishSearch(results.size);
};
