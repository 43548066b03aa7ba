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

// The place of a page that has most of what is sought, and of those the first that has it in its title.
const best = (page, patterns, name) => {
  const found = { page, score: 0 };
  for (const [place, title, text] of texts[page] ?? []) {
    if (name && name !== place) continue;
    const score = patterns.reduce((sum, each) => sum + 3 * each.test(title) + each.test(text), 0);
    if (score > found.score || name) Object.assign(found, { place, title, text, score });
  }
  return found;
};

// What else the query may mean: a name in it stands for the others of the same thing.
const widened = (query) => {
  const sought = ` ${words(query).join(" ")} `, others = new Set();
  for (const group of names) {
    const spelt = group.map((name) => words(name).join(" "));
    for (const name of spelt)
      for (const known of [name, name.replace(/ (loss|noise)$/, "")])
        if (sought.includes(` ${known} `))
          for (const other of spelt) others.add(sought.replace(` ${known} `, ` ${other} `).trim());
  }
  others.add(sought.trim().replace(/iz(?=[aei])/g, "is")); // British spelling
  const typed = pattern(...words(query));
  return [...others].filter((other) => !typed.test(other));
};

// The line of a text around the first of the patterns that it has; without one, its beginning.
const line = (text, patterns) => {
  const found = patterns.map((each) => each.exec(text)).find(Boolean);
  const start = found ? found.index + found[1].length : 0, end = start + (found ? found[2].length : 0);
  const from = start > 80 ? text.indexOf(" ", start - 80) + 1 : 0;
  const to = text.length > end + 120 ? text.lastIndexOf(" ", end + 120) : text.length;
  const context = document.createElement("p");
  context.className = "search-context";
  const mark = document.createElement("mark");
  mark.append(text.slice(start, end));
  context.append(from ? "… " : "", text.slice(from, start), ...(found ? [mark] : []), text.slice(end, to), to < text.length ? " …" : "");
  return context;
};

const show = ({ page, place, title, text, descr, as, sought, patterns }) => {
  const entry = document.createElement("li"), link = document.createElement("a");
  // The words go along in the address. Sphinx leaves them in the browser's memory, where any page finds them.
  link.href = `${page}.html?highlight=${encodeURIComponent(sought)}${place ? `#${place}` : ""}`;
  const whole = texts[page]?.[0][1];
  link.append(whole && whole !== title ? `${whole} › ${title}` : title);
  entry.append(link);
  if (descr) entry.append(` (${descr})`);
  if (text) entry.append(line(text, patterns));
  if (as) entry.querySelector(".search-context").prepend(Object.assign(document.createElement("em"), { textContent: `as “${as}” ` }));
  Search.output.append(entry);
};

Search.query = (query) => {
  Search.status.setAttribute("role", "status");
  const seen = new Set(), results = [];
  const add = (result) => {
    const key = `${result.page}#${result.place ?? ""}`;
    if (!seen.has(key)) results.push(result);
    seen.add(key);
  };
  const typed = words(query), patterns = [pattern(...typed), ...typed.map((word) => pattern(word))];
  const parsed = Search._parseQuery(query);
  localStorage.removeItem("sphinx_highlight_terms");
  for (const [page, title, anchor, descr] of Search._performSearch(...parsed).reverse())
    add({ title, place: anchor.slice(1), ...best(page, patterns, anchor.slice(1)), descr, sought: query, patterns });
  const others = widened(query);
  for (const as of others) {
    const patterns = [pattern(...words(as))];
    const found = Object.keys(texts).map((page) => best(page, patterns)).filter(({ score }) => score);
    for (const result of found.sort((a, b) => b.score - a.score)) add({ ...result, as, sought: as, patterns });
  }
  results.forEach(show);
  _finishSearch(results.length);
};
