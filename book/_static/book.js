// A box that scrolls sideways can be reached from the keyboard, for as long as it scrolls.
// The theme does this for code; here are formulas, which MathJax sets as they come into view.
window.addEventListener("load", () => {
  const whenResized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  const watch = (nodes) => nodes.forEach((node) => node.localName === "mjx-container" && whenResized.observe(node));
  watch(document.querySelectorAll("mjx-container"));
  new MutationObserver((changes) => changes.forEach(({ addedNodes }) => watch(addedNodes)))
    .observe(document.querySelector("main"), { childList: true, subtree: true });
});
