// A box that scrolls can be reached from the keyboard, for as long as it scrolls. The theme means to do
// this for code, when all is loaded: it would lay out at once all that is folded away or far below. Here
// the browser tells when a box has a size, and the theme's own way is stopped.
window.addEventListener("load", (event) => {
  event.stopImmediatePropagation();
  const little = 3;  // pixels: what is rounded, or a hat that is wider than its letter
  const whenResized = new ResizeObserver((entries) => {
    for (const { target: box } of entries) {
      const wide = box.scrollWidth > box.clientWidth + little;
      const high = box.scrollHeight > box.clientHeight + little;
      if (wide || high) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });
  const boxes = "pre, .cell_output > .output, .pst-scrollable-table-container, mjx-container";
  const observe = () => {
    whenResized.disconnect();
    for (const box of document.querySelectorAll(boxes)) whenResized.observe(box);
  };
  observe();
  // A formula has its size before its letters come; those of another font are wider, and seem to scroll.
  document.fonts.addEventListener("loadingdone", observe);
  document.addEventListener("outputs", observe);  // of a run in the page there are new ones
});

// The letters of a formula are drawn by a style and are no text: on the clipboard it is its TeX, whole
// formulas even where a selection ends within one; without a selection that of the formula in focus.
document.addEventListener("copy", (event) => {
  const selection = getSelection(), focused = document.activeElement.closest("mjx-container");
  if (event.target.closest?.("input, textarea") || (selection.isCollapsed && !focused)) return;
  const range = document.createRange();
  if (selection.isCollapsed) range.selectNode(focused);
  else {
    const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
    const formula = (node) => (node.closest ? node : node.parentElement).closest("mjx-container");
    range.setStart(startContainer, startOffset);
    range.setEnd(endContainer, endOffset);
    if (formula(startContainer)) range.setStartBefore(formula(startContainer));
    if (formula(endContainer)) range.setEndAfter(formula(endContainer));
  }
  const copy = document.createElement("div");
  copy.append(range.cloneContents());
  const formulas = copy.querySelectorAll("mjx-container");
  if (!formulas.length) return;
  for (const formula of formulas) {
    const marks = formula.hasAttribute("display") ? "$$" : "$";
    formula.replaceWith(marks + formula.dataset.latex + marks);
  }
  // A second radio button of a name would take the choice from the first.
  copy.querySelectorAll("input, textarea, script, style").forEach((part) => part.remove());
  copy.style = "position: fixed; left: 200vw";
  (range.commonAncestorContainer.closest?.("body *") ?? document.body).append(copy);
  event.clipboardData.setData("text/plain", copy.innerText);
  event.clipboardData.setData("text/html", copy.innerHTML);
  copy.remove();
  event.preventDefault();
});

// A click selects a whole formula by its style, but not one of a single letter, which is empty.
document.addEventListener("click", (event) => {
  const formula = event.target.closest?.("mjx-container");
  if (formula && getSelection().isCollapsed) getSelection().selectAllChildren(formula);
});

// Not the form's submission: a page in another's frame may not be allowed to submit.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.bd-search");
  if (!form || event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form));
  address.hash = "";
  location.assign(address);
});

// What makes the book an app: a page from a disk may not read it, and would say so in the console.
if (location.protocol !== "file:") {
  const manifest = document.createElement("link");
  manifest.rel = "manifest";
  manifest.href = `${document.documentElement.dataset.content_root}manifest.webmanifest`;
  document.head.append(manifest);
}
