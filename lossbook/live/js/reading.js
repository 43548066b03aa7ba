// The text of a density is read: the grammar is that of lossbook.symbolic, which answers in Python.
import {
  comparisons, compiled, either, error, functions, minus, negative, number, over, plus, power, times,
} from "./expressions.js";

export const LENGTH = 300;
const DEPTH = 60, PARAMETERS = 8;

export class Refusal extends Error {}
export const refuse = words => { throw new Refusal(words); };

const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|([\p{ID_Start}_]\p{ID_Continue}*)|(\*\*|<=|>=|[-+*/()<>,])|$)/uy;
const KEYWORDS = new Set(`False None True and as assert async await break class continue def del elif else
  except finally for from global if import in is lambda nonlocal not or pass raise return try while with
  yield`.split(/\s+/));
const OPERATORS = { "+": [3, plus], "-": [3, minus], "*": [4, times], "/": [4, over], "**": [6, power] };
const LEFT_OUT = {
  "^": "; for a power write **", "=": "; compare with < or >", "²": "; for a square write **2", "|": "; for |x| write abs(x)",
  "−": "; the minus sign is -", "√": "; for a root write sqrt(x)",
  "·": "; for a product write *", "×": "; for a product write *", "÷": "; for a quotient write /",
};
const EULER = "error, or exp(1) for Euler’s number", MEANT = { e: EULER, E: EULER, π: "pi", ε: "error" };

const tokens = text => {
  const found = [];
  TOKEN.lastIndex = 0;
  for (let from = 0; ; from = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (!match) {
      const place = from + text.slice(from).search(/\S/), sign = String.fromCodePoint(text.codePointAt(place));
      refuse(`“${sign}” at character ${place + 1} has no meaning here${LEFT_OUT[sign] ?? ""}.`);
    }
    const [whole, digits, name, sign] = match, word = digits ?? name?.normalize("NFKC") ?? sign;
    const at = match.index + whole.length - (digits ?? name ?? sign ?? "").length;
    const token = { word, digits, name: name && word, at };
    const before = found[found.length - 1];
    if (name && before?.digits && before.at + before.word.length === token.at)
      refuse(`Between “${before.digits}” and “${name}”, at character ${token.at + 1}, a sign such as * is missing.`);
    if (/^0\d+$/.test(digits)) refuse(`The number ${digits} at character ${token.at + 1} begins with 0; leave the 0 out.`);
    found.push(token);
    if (word === undefined) return found;  // the end
  }
};

const place = token => (token.word === undefined ? "at the end" : `at character ${token.at + 1}`);
const unexpected = (token, due) => refuse(token.word === undefined
  ? `The text ends where ${due} should be.` : `“${token.word}” ${place(token)} stands where ${due} should be.`);

// What the parts of a sum, a power or a function must be.
const numeric = (parts, token) => parts.some(part => part.test)
  && refuse(`A comparison ${place(token)} stands where a number should be; write: a if b < c else d.`);
const small = (parts, token) => {
  const large = parts.find(part => Math.abs(part.constant) > 1e9);
  if (large) refuse(`The number ${large.constant} ${place(token)} is too large to work with; allowed: up to 1e9.`);
};
// What is made of constants is one, and must be a real number.
const combined = (build, parts, token) => {
  numeric(parts, token);
  const result = build(...parts);
  if (!parts.every(part => "constant" in part)) return result;
  const constant = compiled(result)(0);
  if (!Number.isFinite(constant)) refuse(`What stands ${place(token)} is not a real number: ${constant}.`);
  return { ...result, sign: Math.max(result.sign, number(constant).sign), constant };
};

// Reads by recursive descent: a method for each rule of the grammar, from the whole inwards.
class Reader {
  parameters = {};
  parts = [];  // whose zeros are places: factors, what is raised or compared, arguments of functions
  usesError = false;
  next = 0;
  depth = 0;

  constructor(text, given) {
    this.list = tokens(text);
    this.given = given;
  }

  get token() {
    return this.list[this.next];
  }

  take(word) {
    const { token } = this;
    return token.word === word && !token.digits && this.list[this.next++];
  }

  expect(word) {
    return this.take(word) || unexpected(this.token, `“${word}”`);
  }

  deeper(f) {
    if (++this.depth > DEPTH) refuse(`The text is nested more than ${DEPTH} deep; make it simpler.`);
    const result = f();
    this.depth--;
    return result;
  }

  whole() {
    const node = this.conditional(), rest = this.token;
    if (rest.word !== undefined) unexpected(rest, "a sign such as + or the end");
    if (node.test) refuse("A comparison alone is not a density; write: a if b < c else d.");
    if (!this.usesError) refuse("The density does not depend on error; use the name error for the error.");
    return node;
  }

  conditional() {
    return this.deeper(() => {
      const yes = this.comparison(), { token } = this;
      if (!this.take("if")) return yes;
      const test = this.comparison();
      if (!test.test) refuse(`After “if” ${place(token)} a comparison should follow, such as error < 1.`);
      this.expect("else");
      const no = this.conditional();
      numeric([yes, no], token);
      return either(test, yes, no);
    });
  }

  comparison() {
    const left = this.binary(3), { token } = this;
    if (!Object.hasOwn(comparisons, token.word)) return left;
    this.next++;
    const right = this.binary(3);
    numeric([left, right], token);
    this.parts.push(minus(left, right));
    if (Object.hasOwn(comparisons, this.token.word)) refuse(`There is a second comparison ${place(this.token)}; allowed: one at a time.`);
    return comparisons[token.word](left, right);
  }

  // What operators join that bind at least as closely as `level`.
  binary(level) {
    return this.deeper(() => {
      let left = this.primary();
      for (;;) {
        const { token } = this;
        if (!Object.hasOwn(OPERATORS, token.word)) return left;
        const [binds, build] = OPERATORS[token.word];
        if (binds < level) return left;
        this.next++;
        const parts = [left, this.binary(build === power ? 5 : binds + 1)];
        if (build === power) {
          small(parts, token);
          if ("constant" in left && Math.abs(parts[1].constant) > 1000)
            refuse(`The power ${place(token)} is too large to work with; allowed exponents of numbers: up to 1000.`);
        }
        if (build === power) this.parts.push(left);
        if (binds === 4)
          this.parts.push(...parts.filter((_, k) => !("constant" in parts[1 - k]) || (k && build === over)));
        left = combined(build, parts, token);
      }
    });
  }

  primary() {
    const token = this.list[this.next++];
    if (token.digits) return combined(() => number(+token.digits), [], token);
    if (token.word === "(") {
      const inside = this.conditional();
      this.expect(")");
      return inside;
    }
    if (token.word === "-") return combined(negative, [this.binary(5)], token);
    if (!token.name) unexpected(token, "a number, a name or “(”");
    return Object.hasOwn(functions, token.name) ? this.call(token) : this.named(token);
  }

  call(token) {
    const { name } = token, parts = [];
    this.expect("(");
    do parts.push(this.conditional()); while (this.take(","));
    this.expect(")");
    if (parts.length > 1 && name !== "max" && name !== "min")
      refuse(`${name} ${place(token)} takes one argument.`);
    small(parts, token);
    if (parts.length > 1) this.parts.push(...parts.flatMap((a, k) => parts.slice(k + 1).map(b => minus(a, b))));
    else if (name !== "exp") this.parts.push(parts[0]);
    return combined(functions[name], parts, token);
  }

  named(token) {
    const { name } = token;
    if (KEYWORDS.has(name)) refuse(`“${name}” ${place(token)} is a word of Python; choose another name.`);
    if (this.token.word === "(") refuse(`There is no function “${name}”; allowed: ${Object.keys(functions).join(", ")}.`);
    if (name === "pi") return number(Math.PI);
    if (name === "error") {
      this.usesError = true;
      return error;
    }
    if (Object.hasOwn(MEANT, name)) refuse(`“${name}” ${place(token)} cannot name a parameter; write ${MEANT[name]}.`);
    if (name.startsWith("__")) refuse(`The name “${name}” ${place(token)} begins with two underscores; choose another.`);
    this.parameters[name] = Object.hasOwn(this.given, name) ? +this.given[name] : 1;
    if (Object.keys(this.parameters).length > PARAMETERS) refuse(`The text has more than ${PARAMETERS} parameters; leave some out.`);
    return number(this.parameters[name]);
  }
}

// The text as { node, parameters, parts }: its names, with the values that are given for them, or 1.
export const read = (text, given = {}) => {
  if (text.length > LENGTH) refuse(`The text has ${text.length} characters; allowed: up to ${LENGTH}.`);
  const reader = new Reader(text, given), node = reader.whole();
  const parts = reader.parts.filter(part => !("constant" in part || part.sign || part === error));
  return { node, parameters: reader.parameters, parts };
};
