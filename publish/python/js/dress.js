// What a cell gets around its code and its output: buttons, a line that tells what happens, and a mark of what is
// out of date.

export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const button = words => make("button", { type: "button" }, words);

export const dress = element => {
  const input = element.querySelector(".cell_input"), pre = input.querySelector("pre");
  const exercise = element.closest(".exercise") ?? undefined;
  const outputs = element.querySelector(".cell_output")
    ?? make("div", { className: "cell_output docutils container" });
  if (!outputs.parentNode) element.append(outputs);
  if (exercise) outputs.setAttribute("role", "status");
  const buttons = {
    run: button(exercise ? "Check" : "Run"),
    change: button("Change"),
    restore: button(exercise ? "Start over" : "Restore"),
    stop: button("Stop"),
    again: button("Run again"),
  };
  const said = make("span"), bar = make("progress", { max: 1, hidden: true });
  const news = make("p", { className: "python-news" }, said, bar, buttons.stop);
  said.setAttribute("role", "status");
  bar.setAttribute("aria-label", "Python starts");
  const note = make("p", { className: "python-note" },
    "Out of date: the code was changed, here or in a cell above. ", buttons.again);
  input.after(make("div", { className: "python-bar" }, buttons.run, buttons.change, buttons.restore));
  const place = [...element.children].find(child => child.contains(outputs));
  place.before(news, note);
  const name = exercise?.querySelector(".admonition-title").textContent.trim();
  return {
    pre, outputs, exercise,
    label: exercise ? `Your answer to ${name}` : "Code of this cell",
    // `done` is a share of the way to a start.
    say(words, done) {
      if (said.textContent !== words) said.textContent = words;
      bar.hidden = done === undefined;
      if (done !== undefined) bar.value = done;
      news.hidden = !words && buttons.stop.hidden;
    },
    arrange({ busy, open, changed, stale }) {
      element.classList.toggle("python-busy", busy);
      element.classList.toggle("python-stale", stale);
      buttons.run.disabled = buttons.again.disabled = busy;
      buttons.change.hidden = open;
      buttons.restore.hidden = !changed || busy;
      buttons.stop.hidden = !busy;
      note.hidden = !stale;
      news.hidden = !busy && !said.textContent;
      const folded = outputs.closest("details.hide");
      if (busy && folded) folded.open = true;
    },
    listen({ run, stop, change, restore }) {
      buttons.run.addEventListener("click", run);
      buttons.again.addEventListener("click", run);
      buttons.stop.addEventListener("click", stop);
      buttons.change.addEventListener("click", change);
      buttons.restore.addEventListener("click", restore);
    },
  };
};
