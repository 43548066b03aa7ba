// What a cell gets around its code and its output: buttons, a line that tells what happens, and a mark of what is
// out of date.

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const button = words => make("button", { type: "button" }, words);

export const dress = element => {
  const exercise = element.closest(".exercise"), outputs = outputsOf(element);
  const input = element.querySelector(".cell_input"), checks = exercise && /exercises\.check\(/.test(input.textContent);
  const buttons = {
    run: button(checks ? "Check" : "Run"),
    change: button("Change"),
    restore: button(exercise ? "Start over" : "Restore"),
    stop: button("Stop"),
    again: button("Run again"),
  };
  const news = newsWith(buttons.stop);
  const note = make("p", { className: "python-note" },
    "Out of date: the code was changed, here or in a cell above. ", buttons.again);
  input.after(make("div", { className: "python-bar" }, buttons.run, buttons.change, buttons.restore));
  [...element.children].find(child => child.contains(outputs)).before(news.line, note);
  if (exercise) outputs.setAttribute("role", "status");
  const name = exercise?.querySelector(".admonition-title").textContent.trim();
  return {
    pre: input.querySelector("pre"), outputs, exercise,
    label: exercise ? `Your answer to ${name}` : "Code of this cell",
    say: news.say,
    arrange: state => {
      arrange(element, buttons, state);
      news.arrange(state);
      note.hidden = !state.stale;
      const folded = outputs.closest("details.hide");
      if (state.busy && folded) folded.open = true;
    },
    listen: actions => {
      for (const [name, action] of Object.entries({ ...actions, again: actions.run }))
        buttons[name].addEventListener("click", action);
    },
  };
};

const outputsOf = element => {
  const there = element.querySelector(".cell_output");
  if (there) return there;
  const outputs = make("div", { className: "cell_output docutils container" });
  element.append(outputs);
  return outputs;
};

// The line that says how far a run is: `done` is the share of Python's start that is behind it.
const newsWith = stop => {
  const said = make("span"), also = make("span"), bar = make("progress", { max: 1, hidden: true });
  const line = make("p", { className: "python-news" }, said, also, bar, stop);
  said.setAttribute("role", "status");
  bar.setAttribute("aria-label", "Python starts");
  const hide = () => (line.hidden = stop.hidden && !said.textContent);
  return {
    line,
    say(words, done, more = "") {  // `more` is not read out
      if (said.textContent !== words) said.textContent = words;
      also.textContent = more;
      bar.hidden = done === undefined;
      if (done !== undefined) bar.value = done;
      hide();
    },
    arrange({ busy }) {
      stop.hidden = !busy;
      hide();
    },
  };
};

const arrange = (element, { run, again, change, restore }, { busy, open, changed, stale, verdict }) => {
  element.dataset.verdict = verdict ?? "";
  element.classList.toggle("python-busy", busy);
  element.classList.toggle("python-stale", stale);
  run.disabled = again.disabled = busy;
  change.hidden = open;
  restore.hidden = !changed || busy;
};
