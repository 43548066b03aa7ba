// A box that scrolls can be reached from the keyboard, for as long as it scrolls. The theme means to do
// this for code, when all is loaded: it would lay out at once all that is folded away or far below. Here
// the browser tells when a box has a size, and the theme's own way is stopped.
window.addEventListener("load", (event) => {
  event.stopImmediatePropagation();
  const whenResized = new ResizeObserver((entries) => {
    for (const { target: box } of entries) {
      const wide = box.scrollWidth > box.clientWidth + 1;  // both are rounded
      const high = box.scrollHeight > box.clientHeight + 1;
      if (wide || high) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });
  const boxes = document.querySelectorAll(
    "pre, .cell_output > .output, .pst-scrollable-table-container, mjx-container");
  const observe = () => {
    whenResized.disconnect();
    for (const box of boxes) whenResized.observe(box);
  };
  observe();
  // A formula has its size before its letters come; those of another font are wider, and seem to scroll.
  document.fonts.addEventListener("loadingdone", observe);
});
