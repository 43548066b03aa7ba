// How MathJax sets a formula of the book: here, where the book is built, and in a page (python/js/mathematics.js).
// What comes before says which document it is, by `adaptor` and `root`.
const { AssistiveMmlHandler } = MathJax._.a11y["assistive-mml"];
const { HTMLHandler } = MathJax._.handlers.html.HTMLHandler;
const { CHTML } = MathJax._.output.chtml_ts;
const { TeXFont } = MathJax._.output.chtml.fonts.tex_ts;
const { TeX } = MathJax._.input.tex_ts;
const { mathjax } = MathJax._.mathjax;

mathjax.handlers.register(AssistiveMmlHandler(new HTMLHandler(adaptor)));

let current = {};

// A formula of a page, set. Sphinx writes one page after the other.
function typeset(formula, display, page, fontURL) {
  if (page !== current.page) begin(page, fontURL);
  try {
    return { html: adaptor.outerHTML(current.document.convert(formula, { display })) };
  } catch (error) {
    return { error: error.message };
  }
}

function begin(page, fontURL) {
  const output = new CHTML({ font: new TeXFont({ fontURL }), adaptiveCSS: true });
  const input = new TeX({
    packages: ["base", "ams", "newcommand"],
    formatError(_, error) {
      throw error;
    },
  });
  const document = mathjax.document(root, { InputJax: input, OutputJax: output });
  current = { page, output, document };
}

// The style for just the formulas of a page.
function style(page) {
  if (page !== current.page) return "";
  return adaptor.textContent(current.output.styleSheet(current.document));
}
