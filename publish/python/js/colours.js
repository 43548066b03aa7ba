// The colours of Python as the book prints it, in the classes of Pygments.

const KEYWORDS = new Set(("and as assert async await break class continue def del elif else except finally for from "
  + "global if import in is lambda nonlocal not or pass raise return try while with yield").split(" "));
const CONSTANTS = new Set(["False", "None", "True"]);
const BUILTINS = new Set(("abs all any bool dict enumerate filter float int isinstance len list map max min next "
  + "print range reversed round set sorted str sum tuple type zip").split(" "));

const TOKEN = new RegExp([
  /(?<comment>#.*)/,
  /(?<string>[bfru]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
  /(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?j?)/,
  /(?<name>[\p{L}_][\p{L}\p{N}_]*)/,
].map(({ source }) => source).join("|"), "giu");

const kind = ({ comment, string, number, name }, before) => {
  if (comment) return "c1";
  if (string) return "s2";
  if (number) return "mi";
  if (/\b(?:def|class)\s+$/.test(before)) return "nf";
  if (KEYWORDS.has(name)) return "k";
  if (CONSTANTS.has(name)) return "kc";
  return BUILTINS.has(name) && !before.endsWith(".") ? "nb" : undefined;
};

const escaped = text => text.replace(/[&<]/g, mark => (mark === "&" ? "&amp;" : "&lt;"));

export const coloured = text => {
  let html = "", end = 0;
  for (const token of text.matchAll(TOKEN)) {
    const name = kind(token.groups, text.slice(Math.max(0, token.index - 20), token.index));
    const words = escaped(token[0]);
    html += escaped(text.slice(end, token.index)) + (name ? `<span class="${name}">${words}</span>` : words);
    end = token.index + token[0].length;
  }
  return html + escaped(text.slice(end));
};
