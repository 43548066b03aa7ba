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
  return new RegExp(`(^|[^\\p{L}\\p{N}])(${open.join("[\\s\\-–_’']{1,2}")})(?![\\p{L}\\p{N}])`, "iu");
};

// The place of a page that has most of what is sought, or the one that is named. All the words in one piece count
// most, and a title counts more than a text.
const best = (page, patterns, name) => {
  const found = { page, score: 0 }, named = texts[page].filter(([ids]) => name && ids.split(" ").includes(name));
  for (const [ids, title, text] of named.length ? named : texts[page]) {
    const counts = patterns.map((each) => 3 * each.test(title) + each.test(text));
    const score = counts.reduce((sum, each) => sum + each, 9 * counts[0]);
    if (score > found.score || named.length)
      Object.assign(found, { place: ids.split(" ")[0], title, text, score, whole: counts[0] > 0 });
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
  const whole = texts[page][0][1];
  link.append(title && title !== whole ? `${whole} › ${title}` : whole);
  entry.append(link);
  if (as) entry.append(` found as “${as}”`);
  entry.append(text ? line(text, patterns) : " in its code or in a figure");
  Search.output.append(entry);
};

// As it was typed, then by other names, and last where the words stand apart from each other.
Search.query = (query) => {
  const typed = words(query), patterns = [pattern(...typed), ...typed.map((word) => pattern(word))];
  const own = Search._performSearch(...Search._parseQuery(query)).reverse().map(([page, , anchor]) => {
    const name = anchor.slice(1), found = best(page, patterns, name);
    return { ...found, key: found.place ?? name, place: name || found.place, sought: query, patterns };
  });
  localStorage.removeItem("sphinx_highlight_terms");
  const others = widened(query).flatMap((as) => {
    const patterns = [pattern(...words(as))], found = Object.keys(texts).map((page) => best(page, patterns));
    const order = found.filter(({ score }) => score).sort((a, b) => b.score - a.score);
    return order.map((each) => ({ ...each, key: each.place, sought: as, as, patterns }));
  });
  const results = new Map();
  for (const each of [...own.filter(({ whole }) => whole), ...others, ...own]) {
    const key = `${each.page}#${each.key}`;
    if (!results.has(key)) results.set(key, each);
  }
  results.forEach(show);
  Search.status.setAttribute("role", "status");
  _finishSearch(results.size);
  if (results.size) Search.status.textContent = `Found in ${results.size} places.`;
};
