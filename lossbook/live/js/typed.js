// A density that the reader types: the text is read, never run, and never shown as anything but text.
//
// The grammar, and what is no density, are those of lossbook.symbolic, which answers in Python. A node
// of the expression has `value` and `log`, the log of the value's size; both take an error, and leave
// their derivative in `slope`. The log is not taken of the value, so it is exact where that underflows.
(() => {
  "use strict";
  const { inputs, make, serial, slider, toState } = lossbook;

  const LENGTH = 300, DEPTH = 60, PARAMETERS = 8;
  const RANGE = { low: 0.05, high: 5, step: 0.05 };  // of a parameter's slider, which starts at 1
  const PATIENCE = 500;  // milliseconds without a key before the text is found fault with
  const onPage = Boolean(document.currentScript);  // and not in a widget

  class Refusal extends Error {}
  const refuse = words => { throw new Refusal(words); };

  // Expressions

  let slope = 0;
  // `sign` is what is known beforehand: 2 positive, 1 not negative, 0 nothing.
  const node = (value, sign = 0, log = t => {
    const x = value(t);
    slope /= x;
    return Math.log(Math.abs(x));
  }) => ({ value, sign, log });

  const number = x => {
    const constant = y => () => { slope = 0; return y; };
    return { ...node(constant(x), x > 0 ? 2 : +(x === 0), constant(Math.log(Math.abs(x)))), constant: x };
  };
  const error = node(t => { slope = 1; return t; });

  const logSum = (x, dx, y, dy) => {
    const share = 1 / (1 + Math.exp(y - x));
    slope = share * dx + (1 - share) * dy;
    return Math.max(x, y) + Math.log1p(x === y ? 1 : Math.exp(-Math.abs(x - y)));
  };
  const both = (a, b, f) => t => {
    const x = a(t), dx = slope, y = b(t);
    return f(x, dx, y, slope);
  };
  const sum = (x, dx, y, dy) => { slope = dx + dy; return x + y; };
  const difference = (x, dx, y, dy) => { slope = dx - dy; return x - y; };

  const negative = a => node(t => { const x = -a.value(t); slope = -slope; return x; }, 0, a.log);
  const plus = (a, b) => {
    const least = Math.min(a.sign, b.sign), sign = least && Math.max(a.sign, b.sign);
    return node(both(a.value, b.value, sum), sign, least === 2 ? both(a.log, b.log, logSum) : undefined);
  };
  const minus = (a, b) => node(both(a.value, b.value, difference));
  const times = (a, b) => node(
    both(a.value, b.value, (x, dx, y, dy) => { slope = dx * y + x * dy; return x * y; }),
    Math.min(a.sign, b.sign), both(a.log, b.log, sum));
  const over = (a, b) => node(
    both(a.value, b.value, (x, dx, y, dy) => { slope = (dx - x / y * dy) / y; return x / y; }),
    Math.min(a.sign, b.sign), both(a.log, b.log, difference));
  const powerLog = (a, b) => {
    const log = both(a.log, b.value, (x, dx, y, dy) => { slope = y * dx + (dy && dy * x); return y && y * x; });
    return a.sign || Number.isInteger(b.constant) ? log : t => (a.value(t) < 0 ? NaN : log(t));
  };
  const power = (a, b) => node(
    both(a.value, b.value, (x, dx, y, dy) => {
      slope = y * x ** (y - 1) * dx + (dy && dy * Math.log(x) * x ** y);
      return x ** y;
    }),
    Math.max(a.sign, +(b.constant % 2 === 0)),
    powerLog(a, b));

  // A function of one argument, by its value and its derivative, which may use the value.
  const applied = (f, derivative, sign = () => 0) => a => node(
    t => { const x = a.value(t), y = f(x); slope *= derivative(x, y); return y; }, sign(a));
  const always = () => 2;
  const functions = {
    abs: a => ({ ...applied(Math.abs, Math.sign, a => Math.max(1, a.sign))(a), log: a.log }),
    atan: applied(Math.atan, x => 1 / (1 + x * x)),
    cos: applied(Math.cos, x => -Math.sin(x)),
    cosh: applied(Math.cosh, Math.sinh, always),
    exp: a => ({ ...applied(Math.exp, (x, y) => y, always)(a), log: a.value }),
    log: a => (a.sign ? node(a.log) : applied(Math.log, x => 1 / x)(a)),
    max: (...all) => most(all, 1),
    min: (...all) => most(all, -1),
    sin: applied(Math.sin, Math.cos),
    sinh: applied(Math.sinh, Math.cosh),
    sqrt: a => power(a, number(0.5)),
    tanh: applied(Math.tanh, (x, y) => 1 - y * y),
  };
  // The largest (side 1) or the smallest (-1); where two are equal, the mean of their slopes.
  const most = (all, side) => all.reduce((a, b) => node(
    both(a.value, b.value, (x, dx, y, dy) => {
      const lead = side * (x - y);
      slope = lead > 0 ? dx : lead < 0 ? dy : (dx + dy) / 2;
      return lead > 0 ? x : lead <= 0 ? y : NaN;
    }), (side > 0 ? Math.max : Math.min)(a.sign, b.sign)));

  const comparisons = {
    "<": (x, y) => x < y, "<=": (x, y) => x <= y, ">": (x, y) => x > y, ">=": (x, y) => x >= y,
  };
  const either = (test, yes, no) => {
    const chosen = t => (test(t) ? yes : no);
    return node(t => chosen(t).value(t), Math.min(yes.sign, no.sign), t => chosen(t).log(t));
  };

  // Reading

  const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|([\p{ID_Start}_]\p{ID_Continue}*)|(\*\*|<=|>=|[-+*/()<>,])|$)/uy;
  const KEYWORDS = new Set(`False None True and as assert async await break class continue def del elif else
    except finally for from global if import in is lambda nonlocal not or pass raise return try while with
    yield`.split(/\s+/));
  const OPERATORS = { "+": [3, plus], "-": [3, minus], "*": [4, times], "/": [4, over], "**": [6, power] };
  const LEFT_OUT = { "^": "; for a power write **", "=": "; compare with < or >", "²": "; write **2", "−": "; the minus sign is -" };

  const tokens = text => {
    const found = [];
    TOKEN.lastIndex = 0;
    for (let at = 0; ; at = TOKEN.lastIndex) {
      const match = TOKEN.exec(text);
      if (!match) {
        const place = at + text.slice(at).search(/\S/), sign = String.fromCodePoint(text.codePointAt(place));
        refuse(`“${sign}” at character ${place + 1} has no meaning here${LEFT_OUT[sign] ?? ""}.`);
      }
      const [whole, digits, name, sign] = match, word = digits ?? name?.normalize("NFKC") ?? sign;
      const token = { word, digits, name: name && word, at: match.index + whole.length - (digits ?? name ?? sign ?? "").length };
      const before = found.at(-1);
      if (name && before?.digits && before.at + before.word.length === token.at)
        refuse(`Between “${before.digits}” and “${name}”, at character ${token.at + 1}, a sign such as * is missing.`);
      if (/^0\d+$/.test(digits)) refuse(`The number ${digits} at character ${token.at + 1} begins with 0.`);
      found.push(token);
      if (word === undefined) return found;  // the end
    }
  };

  // The text as { node, parameters }: its names, with the values that are given for them, or 1.
  const read = (text, given = {}) => {
    if (text.length > LENGTH) refuse(`The text has ${text.length} characters; allowed are ${LENGTH}.`);
    const parameters = {}, list = tokens(text);
    let next = 0, depth = 0, usesError = false;

    const place = token => (token.word === undefined ? "at the end" : `at character ${token.at + 1}`);
    const unexpected = (token, due) => refuse(token.word === undefined
      ? `The text ends where ${due} is due.` : `“${token.word}” ${place(token)} stands where ${due} is due.`);
    const take = word => list[next].word === word && !list[next].digits && list[next++];
    const expect = word => take(word) || unexpected(list[next], `“${word}”`);

    const numeric = (parts, token) => parts.some(part => part.test)
      && refuse(`A comparison ${place(token)} stands where a number is due; write: a if b < c else d.`);
    const small = (parts, token) => {
      const large = parts.find(part => Math.abs(part.constant) > 1e9);
      if (large) refuse(`The number ${large.constant} ${place(token)} is too large to work with; allowed is 1e9.`);
    };
    // What is made of constants is one, and must be a real number.
    const combined = (build, parts, token) => {
      numeric(parts, token);
      const result = build(...parts);
      if (!parts.every(part => "constant" in part)) return result;
      const constant = result.value(0);
      if (!Number.isFinite(constant)) refuse(`What stands ${place(token)} is not a real number: ${constant}.`);
      return { ...result, sign: Math.max(result.sign, number(constant).sign), constant };
    };

    const deeper = f => {
      if (++depth > DEPTH) refuse(`The text is nested more than ${DEPTH} deep.`);
      const result = f();
      depth--;
      return result;
    };

    const primary = () => {
      const token = list[next++];
      if (token.digits) return combined(() => number(+token.digits), [], token);
      if (token.word === "(") {
        const inside = conditional();
        expect(")");
        return inside;
      }
      if (token.word === "-") return combined(negative, [binary(5)], token);
      if (!token.name) unexpected(token, "a number, a name or “(”");
      const { name } = token;
      if (Object.hasOwn(functions, name)) return call(token);
      if (KEYWORDS.has(name)) refuse(`“${name}” ${place(token)} is a word of the language; take another name.`);
      if (list[next].word === "(") refuse(`There is no function “${name}”; there are ${Object.keys(functions).join(", ")}.`);
      if (name === "pi") return number(Math.PI);
      if (name === "error") {
        usesError = true;
        return error;
      }
      if (name.startsWith("__")) refuse(`The name “${name}” ${place(token)} begins with two underscores; take another.`);
      parameters[name] = Object.hasOwn(given, name) ? +given[name] : 1;
      if (Object.keys(parameters).length > PARAMETERS) refuse(`The text has more than ${PARAMETERS} parameters.`);
      return number(parameters[name]);
    };

    const call = token => {
      const { name } = token, parts = [];
      expect("(");
      do parts.push(conditional()); while (take(","));
      expect(")");
      if (parts.length > 1 && name !== "max" && name !== "min")
        refuse(`${name} ${place(token)} takes one argument.`);
      small(parts, token);
      return combined(functions[name], parts, token);
    };

    const binary = level => deeper(() => {
      let left = primary();
      for (;;) {
        const token = list[next];
        if (!Object.hasOwn(OPERATORS, token.word)) return left;
        const [binds, build] = OPERATORS[token.word];
        if (binds < level) return left;
        next++;
        const parts = [left, binary(build === power ? 5 : binds + 1)];
        if (build === power) {
          small(parts, token);
          if ("constant" in left && Math.abs(parts[1].constant) > 1000)
            refuse(`The power ${place(token)} is too large to work with.`);
        }
        left = combined(build, parts, token);
      }
    });

    const comparison = () => {
      const left = binary(3), token = list[next];
      if (!Object.hasOwn(comparisons, token.word)) return left;
      next++;
      const right = binary(3), holds = comparisons[token.word];
      numeric([left, right], token);
      if (Object.hasOwn(comparisons, list[next].word)) refuse(`A second comparison ${place(list[next])}: one at a time.`);
      return { test: both(left.value, right.value, (x, dx, y) => holds(x, y)) };
    };

    const conditional = () => deeper(() => {
      const yes = comparison(), token = list[next];
      if (!take("if")) return yes;
      const { test } = comparison();
      if (!test) refuse(`After “if” ${place(token)} a comparison is due, such as error < 1.`);
      expect("else");
      const no = conditional();
      numeric([yes, no], token);
      return either(test, yes, no);
    });

    const whole = conditional(), rest = list[next];
    if (rest.word !== undefined) unexpected(rest, "a sign such as + or the end");
    if (whole.test) refuse("A comparison is no density; write: a if b < c else d.");
    if (!usesError) refuse("The density does not depend on error: that name must be in it.");
    return { node: whole, parameters };
  };

  // The noise

  // The rule of Clenshaw and Curtis for n intervals. It has nodes at both ends, so no jump hides there.
  const weights = n => Array.from({ length: n + 1 }, (_, k) => {
    let weight = 1;
    for (let j = 1; j <= n / 2; j++) weight -= (j < n / 2 ? 2 : 1) / (4 * j * j - 1) * Math.cos(2 * Math.PI * j * k / n);
    return weight * (k % n ? 2 : 1) / n;
  });
  const FINE = weights(16), COARSE = weights(8);
  const NODES = FINE.map((_, k) => Math.cos(Math.PI * k / 16));
  const piece = (f, low, high) => {
    const middle = (low + high) / 2, half = (high - low) / 2;
    let fine = 0, coarse = 0;
    for (let k = 0; k <= 16; k++) {
      const y = f(middle + half * NODES[k]);
      fine += FINE[k] * y;
      if (k % 2 === 0) coarse += COARSE[k / 2] * y;
    }
    return { low, high, area: half * fine, doubt: half * Math.abs(fine - coarse) };
  };
  // The integral of f between the places, and how far it is in doubt.
  const integral = (f, places) => {
    const pieces = places.slice(1).map((high, k) => piece(f, places[k], high));
    for (let tries = 0; ; tries++) {
      const area = pieces.reduce((total, p) => total + p.area, 0);
      const doubt = pieces.reduce((total, p) => total + p.doubt, 0);
      if (!(doubt > 1e-8 * area) || tries === 500) return { area, doubt };
      const worst = pieces.reduce((k, p, j) => (p.doubt > pieces[k].doubt ? j : k), 0);
      const { low, high } = pieces[worst], middle = (low + high) / 2;
      pieces.splice(worst, 1, piece(f, low, middle), piece(f, middle, high));
    }
  };

  const SIZES = [...Array.from({ length: 200 }, (_, k) => 10 ** (-6 + 8 * k / 199)),
    ...Array.from({ length: 41 }, (_, k) => k / 2)];
  const CHECKED = SIZES.flatMap(size => [-size, size]).sort((a, b) => a - b);
  const PLACES = [-40, ...Array.from({ length: 19 }, (_, k) => 5 * k - 35), 340];
  const FAR = 2 ** 64;
  const few = x => String(+x.toPrecision(4)).replace("-", "−");

  // The noise model of a typed density, or a refusal: why it is none.
  const noise = ({ text, parameters }) => {
    const { node } = read(text, parameters);
    for (const t of CHECKED) {
      const value = node.value(t);
      if (!Number.isFinite(value)) refuse(`The density is no finite number at error ${few(t)}.`);
      if (value < 0) refuse(`The density is negative at error ${few(t)}: ${few(value)}.`);
    }
    // Minus the log of what was typed; leaves minus its derivative in slope.
    const price = t => (node.sign || !(node.value(t) < 0) ? -node.log(t) : NaN);
    const growths = [-FAR, FAR].filter(far => price(far) !== Infinity).map(far => price(2 * far) - price(far));
    const growth = Math.min(...growths);
    if (!growths.every(v => v > Math.LN2 + 1e-6))
      refuse("This does not integrate, so it is no density. Far out, wherever the error doubles, a density must fall "
        + `to less than half; this one falls to ${few(Math.exp(-growth))} of what it was.`);
    const least = Math.min(...CHECKED.map(price));
    const sides = [-1, 1].map(side =>  // error = ± exp(u): every scale is as wide as any other
      integral(u => Math.exp(u - (price(side * Math.exp(u)) - least)), PLACES));
    const mass = sides[0].area + sides[1].area, doubt = sides[0].doubt + sides[1].doubt;
    if (!(mass > 0 && mass < Infinity && doubt < 1e-6 * mass))
      refuse(`The integral does not settle: ${few(mass)} ± ${few(doubt)}.`);
    const logArea = Math.log(mass) - least, loss = t => price(t) + logArea;
    return {
      area: Math.exp(logArea),
      density: t => Math.exp(-loss(t)),
      loss,
      gradient: t => (Number.isFinite(price(t)) ? -slope : NaN),
    };
  };

  const made = new WeakMap();
  const noiseOf = value => {
    if (!made.has(value)) made.set(value, noise(value));
    return made.get(value);
  };
  toState.density = (node, value) => [noiseOf(value)];

  // The control

  const tidy = text => text.trim().replace(/\s+/g, " ");

  // What the address of the page holds, ?density=…&parameter=…, or null.
  const linked = () => {
    const [[first, text], ...rest] = [...new URLSearchParams(location.search), [""]];
    if (first !== "density") return null;
    const given = rest.filter(([, value]) => value).map(([name, value]) =>
      [name, Math.min(RANGE.high, Math.max(RANGE.low, +value || 1))]);
    return { text: tidy(text), parameters: Object.fromEntries(given) };
  };
  const link = ({ text, parameters }) => {
    const url = new URL(location.href);
    url.hash = "";
    url.search = new URLSearchParams([["density", text], ...Object.entries(parameters)]);
    return url.href;
  };

  inputs.density = (node, set, { controls, reset, signal }) => {
    const id = `lossbook-said-${serial()}`, name = `lossbook-preset-${serial()}`, sliders = new Map();
    const field = make("textarea", { rows: 2, maxLength: LENGTH, spellcheck: false, autocapitalize: "off", autocomplete: "off" });
    const said = make("p", { id, className: "lossbook-said" }), box = make("div", { className: "lossbook-parameters" });
    const radios = node.presets.map(preset => make("input", { type: "radio", name, value: preset.name }));
    const labels = radios.map(radio => make("label", {}, radio, make("span", {}, radio.value)));
    field.setAttribute("aria-describedby", id);
    said.setAttribute("aria-live", "polite");
    let now, waiting;
    const say = (words, wrong) => {
      clearTimeout(waiting);
      said.textContent = words;
      field.setAttribute("aria-invalid", wrong);
    };

    // The figure takes what can be read, and stays as it is at what cannot.
    const attempt = (text, given, patience = 0) => {
      try {
        const value = { text: tidy(text), parameters: read(tidy(text), given).parameters };
        noiseOf(value);
        set(value);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        const words = `${refusal.message} The figure shows the last density that was one.`;
        clearTimeout(waiting);
        if (patience) waiting = setTimeout(() => say(words, true), patience); else say(words, true);
      }
    };
    field.addEventListener("input", () => attempt(field.value, now.parameters, PATIENCE), { signal });
    radios.forEach((radio, k) => radio.addEventListener("change", () => {
      const { text, parameters } = node.presets[k];
      attempt(text, parameters);
    }, { signal }));
    const sliderOf = name => {
      const own = make("div");
      const show = slider({ label: name, ...RANGE }, v => attempt(field.value, { ...now.parameters, [name]: v }),
        { controls: own, reset, signal });
      return { own, show };
    };
    signal.addEventListener("abort", () => clearTimeout(waiting));

    controls.append(
      make("fieldset", {}, make("legend", {}, "Start from"), ...labels),
      make("label", { className: "lossbook-typed" }, make("span", {}, node.label), field), said, box);
    if (onPage) {
      const button = make("button", { type: "button" }, "Copy link");
      button.addEventListener("click", async () => {
        const address = link(now);
        history.replaceState(null, "", address);
        try {
          await navigator.clipboard.writeText(address);
          say("The link to this density is copied.", false);
        } catch {
          say("The address of this page is now the link to this density.", false);
        }
      }, { signal });
      controls.append(button);
      const given = linked();
      if (given) queueMicrotask(() => {
        field.value = given.text;
        attempt(given.text, given.parameters);
      });
    }
    return value => {
      now = value;
      say("", false);
      if (tidy(field.value) !== value.text) field.value = value.text;
      radios.forEach((radio, k) => (radio.checked = node.presets[k].text === value.text));
      const used = Object.entries(value.parameters).map(([name, v]) => {
        if (!sliders.has(name)) sliders.set(name, sliderOf(name));
        const { own, show } = sliders.get(name);
        show(v);
        return own;
      });
      // A slider that stays keeps the focus only if it is not moved.
      if (used.some((own, k) => box.children[k] !== own) || used.length < box.children.length) box.replaceChildren(...used);
    };
  };
})();
