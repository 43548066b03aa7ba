// Sphinx's search finds the pages that have the words. Here it also finds what else the book calls the same
// thing, and each result leads to a place in its page and shows a line of it (ext/search_texts.py has the names and
// the texts). Both come with the first query: they weigh more than the page.
let names, texts, asked;
const { src } = document.currentScript;
const fetched = () => asked ??= new Promise((resolve, reject) => {
  const script = document.createElement("script");
  Object.assign(script, { src: src.replace("search.js", "search-texts.js"), onload: resolve, onerror: reject });
  document.head.append(script);
});

const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const stemmer = new Stemmer();

// The words in their order, each with other endings; a short one is an abbreviation, and has few.
const pattern = (...sought) => {
  const open = sought.map((word) => {
    let root = stemmer.stemWord(word);
    while (!word.startsWith(root)) root = root.slice(0, -1);
    return root.length > 3 ? `${root}\\p{L}*` : `${word}s?`;
  });
  return new RegExp(`(^|[^\\p{L}\\p{N}])(${open.join("[\\s\\-–_’']{1,2}")})(?![\\p{L}\\p{N}])`, "iu");
};

// Whether one of a title's names is this one, however both are cut into words; "L1" is the "L1 loss".
const joined = (name) => words(name).join("");
const isNamed = (title, name) =>
  title.split(", ").map(joined).some((each) => [each, each.replace(/(loss|noise)$/, "")].includes(joined(name)));

// A word that few places have tells more.
const rarity = (each) => 1 / (1 + Object.values(texts).flat().filter(([, , text]) => each.test(text)).length);

// The place of a page that has most of what is sought, or the one that is named. All the words in one piece count
// most, and a title counts more than a text.
const best = (page, patterns, weights, sought, name) => {
  const found = { page, score: 0 }, there = texts[page].filter(([ids]) => name && ids.split(" ").includes(name));
  for (const [ids, title, text] of there.length ? there : texts[page]) {
    const counts = patterns.map((each) => 3 * each.test(title) + each.test(text));
    const parts = counts.reduce((sum, each, i) => sum + each * weights[i], 0);
    const named = isNamed(title, sought), score = 99 * named + 9 * counts[0] + parts;
    if (score > found.score || there.length)
      Object.assign(found, { place: ids.split(" ")[0], title, text, score, whole: named || counts[0] > 0 });
  }
  return found;
};

// What else the query may mean: a name in it stands for the others of the same thing.
const widened = (query) => {
  const titles = Object.values(texts).flat().flatMap(([, title]) => title.split(", "));
  const asked = [query, ...titles.filter((title) => isNamed(title, query))];
  const others = new Set(asked.map((each) => words(each.replace(/iz(?=[aei])/g, "is")).join(" "))); // British spelling
  for (const [same, elsewhere] of names)
    for (const name of [...same, ...elsewhere]) {
      const known = words(name).join(" "), bare = known.replace(/ (loss|noise)$/, "");
      for (const sought of asked.map((each) => ` ${words(each).join(" ")} `)) {
        const part = [known, `${bare} loss`, bare].map((each) => ` ${each} `).find((each) => sought.includes(each));
        if (part) for (const other of same) others.add(sought.replace(part, ` ${other} `).trim());
      }
    }
  const typed = pattern(...words(query));
  return [...others].filter((other) => !typed.test(other));
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
  const whole = texts[page][0][1];
  link.append(title && title !== whole ? `${whole} › ${title}` : whole);
  entry.append(link);
  if (as) entry.append(` found by searching for “${as}”`);
  entry.append(text ? line(text, patterns) : " (the words are in its code or in a figure)");
  Search.output.append(entry);
};

// The best place of each of these pages, the best first.
const places = (sought, pages, ...parts) => {
  const patterns = [pattern(...words(sought)), ...parts], weights = patterns.map(rarity);
  return pages
    .map(([page, name]) => ({ ...best(page, patterns, weights, sought, name), name, sought, patterns }))
    .sort((a, b) => b.score - a.score);
};

// As it was typed, then by other names, and last where the words stand apart from each other. Of a word that the index
// does not have, Sphinx finds those that it is a part of: of these, what no text has is left out.
const find = (query) => {
  const typed = words(query), { terms, titleterms } = Search._index;
  const has = (word) => stopwords.includes(word) || [terms, titleterms].some((all) => Object.hasOwn(all, word));
  const indexed = typed.every((word) => has(stemmer.stemWord(word)));
  const sphinx = Search._performSearch(...Search._parseQuery(query)).reverse();
  const pages = sphinx.map(([page, , anchor]) => [page, anchor.slice(1)]);
  const own = places(query, pages, ...typed.map((word) => pattern(word))).filter(({ score }) => score || indexed);
  localStorage.removeItem("sphinx_highlight_terms");
  const all = Object.keys(texts).map((page) => [page]);
  const others = widened(query).flatMap((as) => places(as, all).map((each) => ({ ...each, as })));
  const results = new Map();
  for (const each of [...own.filter(({ whole }) => whole), ...others.filter(({ score }) => score), ...own]) {
    const key = `${each.page}#${each.place ?? each.name}`;
    if (!results.has(key)) results.set(key, { ...each, place: each.name || each.place });
  }
  results.forEach(show);
  Search.status.setAttribute("role", "status");
  const { size } = results;
  _finishSearch(size);
  if (size) Search.status.textContent = `Found in ${size === 1 ? "one place" : `${size} places`}.`;
};

Search.query = async (query) => {
  try {
    await fetched();
  } catch {
    _finishSearch(0);
    Search.status.textContent = location.protocol !== "file:" && !navigator.onLine
      ? "The search needs the network, and there is none. Try again when you are online."
      : "The search does not work, because its file search-texts.js did not arrive. Load the page again; "
        + "if this is a copy of the book, get the copy again.";
    return;
  }
  ({ names, texts } = window.searchTexts);
  find(query);
};
