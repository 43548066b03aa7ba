// Formulas of a new output, set by the MathJax that set the book's, which is asked for with the first of them.

let ready;

export const setFormulas = async (element, load) => {
  const formulas = [...element.querySelectorAll(".math")].filter(math => /^\s*\\[([]/.test(math.textContent));
  if (!formulas.length) return;
  await (ready ??= load("mathematics.js").catch(problem => {
    ready = undefined;
    throw problem;
  }));
  for (const math of formulas) {
    const [, open, latex] = /^\s*\\([([])([^]*)\\[)\]]\s*$/.exec(math.textContent);
    math.replaceChildren(lossbookPython.typeset(latex, open === "["));
  }
};
