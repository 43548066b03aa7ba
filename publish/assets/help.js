// The help: the size of the letters, and the keys for what the page has.
(() => {
  const comfort = window.lossbookComfort, { sizes } = comfort;
  const MODIFIER = navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";
  const KEYS = [
    ["html", "Everywhere", {
      "?": "this help",
      [`${MODIFIER} K`]: "search",
      "Tab": "to the next link, button or handle; with Shift to the one before",
    }],
    [".lossbook-live", "Figures", {
      "Arrows": "move a handle or a slider; with Shift, a handle in larger steps",
      "Page Up, Page Down": "move the handle or slider in larger steps",
      "Home, End": "move the handle or slider to the start or the end of its range",
      "Esc": "close the menu More",
    }],
    [".lossbook-live", "A figure that fills the screen (More, then Present)", {
      "Page Up, Page Down": "to the figure before or after",
      "←, →": "the same, unless a handle, a slider or another input is selected",
      "Esc": "end the presentation",
    }],
    [".python-bar", "Code, once you have pressed Change", {
      [`${MODIFIER} Enter, Shift Enter`]: "run the cell",
      "Tab": "go on to the next button",
      "Backspace": "before a line’s first word: remove one step of indentation",
    }],
    [".quiz form", "Questions", {
      "Arrows": "choose an answer",
      "Enter": "check it",
    }],
    ["mjx-container", "Formulas", { [`${MODIFIER} C`]: "copy what is selected; formulas become TeX code" }],
  ];

  const keys = names => names.split(", ").map(name => `<kbd>${name}</kbd>`).join(" ");
  const list = ([part, title, entries]) => document.querySelector(part) ? `<h3>${title}</h3><dl>${
    Object.entries(entries).map(([names, does]) => `<dt>${keys(names)}</dt><dd>${does}</dd>`).join("")}</dl>` : "";

  const dialog = document.createElement("dialog");
  dialog.className = "comfort";
  dialog.setAttribute("aria-labelledby", "comfort-title");
  dialog.innerHTML = `<h2 id="comfort-title">Text size and keyboard shortcuts</h2>
    <p><button type="button" aria-label="Smaller text">A−</button> <span role="status"></span>
      <button type="button" aria-label="Larger text">A+</button></p>
    ${KEYS.map(list).join("")}
    <p><button type="button">Close</button></p>`;
  const [smaller, larger, close] = dialog.querySelectorAll("button"), said = dialog.querySelector("[role=status]");
  const say = () => {
    said.textContent = `${comfort.size} %`;
    // Not `disabled`, which would take the focus away.
    smaller.setAttribute("aria-disabled", comfort.size === sizes[0]);
    larger.setAttribute("aria-disabled", comfort.size === sizes[sizes.length - 1]);
  };
  const step = by => () => {
    comfort.keep(sizes[sizes.indexOf(comfort.size) + by] ?? comfort.size);
    say();
  };
  smaller.onclick = step(-1);
  larger.onclick = step(1);
  close.onclick = () => dialog.close();
  dialog.onclick = ({ target }) => target === dialog && dialog.close();  // beside it

  comfort.show = () => {
    say();
    document.body.append(dialog);
    if (!dialog.open) dialog.showModal();
  };
})();
