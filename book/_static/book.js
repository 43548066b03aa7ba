// A box that scrolls sideways can be reached from the keyboard, for as long as it scrolls.
// The theme does this for code; here are formulas, once MathJax has set them, and tables.
window.addEventListener("load", async () => {
  await window.MathJax?.startup.promise;
  const whenResized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll("mjx-container")) whenResized.observe(box);
});
