// Reading comfort: the size of the letters, which is kept; what "?" shows; and the page on paper.
(() => {
  const KEY = "lossbook size", SIZES = [85, 100, 115, 130, 150];  // per cent
  const own = document.currentScript.src;

  // help.js, which a page asks for at the first "?", adds show() to it.
  const comfort = window.lossbookComfort = {
    sizes: SIZES,
    size: 100,
    set(size) {
      comfort.size = SIZES.includes(size) ? size : 100;
      document.documentElement.style.fontSize = comfort.size === 100 ? "" : `${comfort.size}%`;
    },
    keep(size) {
      comfort.set(size);
      try {
        localStorage.setItem(KEY, size);
      } catch { /* then it lasts for this page */ }
    },
  };
  try {
    comfort.set(Number(localStorage.getItem(KEY)));
  } catch { /* nothing is kept in this frame */ }

  const help = () => {
    if (comfort.show) return comfort.show();
    const script = document.createElement("script");
    Object.assign(script, { src: own.replace("comfort.js", "help.js"), onload: () => comfort.show() });
    document.head.append(script);
  };

  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn btn-sm comfort-button", textContent: "Aa",
    title: "Text size and keyboard shortcuts", onclick: help });
  button.setAttribute("aria-label", "Aa: text size and keyboard shortcuts");
  button.setAttribute("aria-haspopup", "dialog");
  document.querySelector(".article-header-buttons .theme-switch-button")?.before(button);

  const TYPED = "textarea, select, input:not([type=range], [type=radio], [type=checkbox]), [contenteditable]";
  document.addEventListener("keydown", event => {
    const { key, target, ctrlKey, altKey, metaKey } = event;
    if (key !== "?" || ctrlKey || altKey || metaKey || target.closest?.(TYPED)) return;
    event.preventDefault();
    help();
  });

  // On paper a page is as the reader has set it; or with all that is folded open, and then folded again.
  document.addEventListener("click", ({ target }) => {
    const entry = target.closest?.(".btn-print-button, .btn-print-open-button");
    if (!entry) return;
    const boxes = entry.matches(".btn-print-open-button")
      ? [...document.querySelectorAll(".bd-article details:not([open])")] : [];
    const open = on => boxes.forEach(box => (box.open = on));
    addEventListener("afterprint", () => open(false), { once: true });
    open(true);
    print();
  });
})();
