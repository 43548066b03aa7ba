// MathJax without a browser: its parts, and a document of its own kind.
const { liteAdaptor } = MathJax._.adaptors.liteAdaptor;
const { AssistiveMmlHandler } = MathJax._.a11y["assistive-mml"];
const { HTMLHandler } = MathJax._.handlers.html.HTMLHandler;
const { CHTML } = MathJax._.output.chtml_ts;
const { TeXFont } = MathJax._.output.chtml.fonts.tex_ts;
const { TeX } = MathJax._.input.tex_ts;
const { mathjax } = MathJax._.mathjax;

const adaptor = liteAdaptor();
mathjax.handlers.register(AssistiveMmlHandler(new HTMLHandler(adaptor)));

// A page's formulas, set, and the style for just these.
function typeset(formulas, fontURL) {
  const output = new CHTML({ font: new TeXFont({ fontURL }), adaptiveCSS: true });
  const input = new TeX({
    packages: ["base", "ams", "newcommand"],
    formatError(_, error) {
      throw error;
    },
  });
  const page = mathjax.document("", { InputJax: input, OutputJax: output });
  const set = formulas.map(([formula, display]) => {
    try {
      return { html: adaptor.outerHTML(page.convert(formula, { display })) };
    } catch (error) {
      return { error: error.message };
    }
  });
  return { set, style: adaptor.textContent(output.styleSheet(page)) };
}
