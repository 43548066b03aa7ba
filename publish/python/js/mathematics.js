// MathJax in a page: the browser's document, whose style grows with each formula.
const adaptor = MathJax._.adaptors.browserAdaptor.browserAdaptor();
const root = document;

lossbookPython.typeset = (latex, display) => {
  const { html, error } = typeset(latex, display, "page", new URL("../mathjax", lossbookPython.base).href);
  if (error) return document.createTextNode(latex);
  const { output, document: formulas } = current, formula = document.createRange().createContextualFragment(html);
  const style = output.styleSheet(formulas);
  style.id = "python-mathematics";  // beside the one of the formulas that are printed
  if (!style.isConnected) document.head.append(style);
  formula.firstChild.dataset.latex = latex.split(/\s+/).join(" ").trim();
  return formula;
};
