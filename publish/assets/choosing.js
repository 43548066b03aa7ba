// The chapter on choosing: a table that sorts and filters, and the form of the chooser. Without this script the
// table is a table, and the chooser is the list of all that it knows. It may come again, for those that a
// run in the page has made.
for (const box of document.querySelectorAll(".loss-table:not([data-alive])")) {
  box.dataset.alive = "";
  const table = box.querySelector("table"), body = table.tBodies[0];
  const rows = [...body.rows], headers = [...table.tHead.rows[0].cells];
  const rank = (row, k) => row.cells[k].dataset.rank ?? row.cells[k].textContent;
  headers.forEach((header, k) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const up = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of headers) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", up === 1 ? "ascending" : "descending");
      const order = (a, b) => up * rank(a, k).localeCompare(rank(b, k), "en", { numeric: true });
      body.append(...[...rows].sort(order));
    });
  });
  const filter = document.createElement("p");
  filter.className = "loss-filter";
  filter.innerHTML = `<label>Filter <input type="search" placeholder="such as: ${box.dataset.rows ? "huber" : "convex"}"></label>
    <output></output>`;
  const [input, count] = [filter.querySelector("input"), filter.querySelector("output")];
  // Case, hyphens, underscores and dots do not count. Rows that have all words in one piece, as "log loss",
  // come before those that have each somewhere; a word of one or two letters has to begin one.
  const spaced = (text) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()}`;
  const dense = (text) => spaced(text).replace(/ /g, "");
  input.addEventListener("input", () => {
    const piece = dense(input.value), words = spaced(input.value).split(" ").filter(Boolean);
    const texts = rows.map((row) => [...[...row.cells].map((cell) => cell.textContent), ...(row.dataset.also ?? "").split("|")]);
    const has = (cells, word) => word.length > 2
      ? cells.some((cell) => dense(cell).includes(word))
      : cells.some((cell) => spaced(cell).includes(` ${word}`));
    const whole = texts.map((cells) => words.length > 1 && cells.some((cell) => dense(cell).includes(piece)));
    const some = whole.includes(true);
    rows.forEach((row, k) => {
      row.hidden = some ? !whole[k] : !words.every((word) => has(texts[k], word));
    });
    tell();
  });
  const tell = () => {
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} ${box.dataset.rows ?? "losses"}`;
  };
  tell();
  if (rows.length > 12) box.prepend(filter); // fewer are seen at a glance
}

for (const box of document.querySelectorAll(".loss-chooser:not([data-alive])")) {
  box.dataset.alive = "";
  const form = box.querySelector("form");
  const show = () => {
    const [first, ...others] = form.querySelectorAll("fieldset");
    const chosen = (question) => question.querySelector(":checked").value;
    const target = chosen(first);
    for (const question of others) question.hidden = question.dataset.target !== target;
    const asked = [first, ...others.filter((question) => !question.hidden)];
    const answers = asked.map(chosen).join(" | ");
    for (const section of box.querySelectorAll("section")) {
      section.hidden = section.dataset.answers !== answers;
    }
  };
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  form.reset(); // what a browser restores on reload would not fit
  show();
}
