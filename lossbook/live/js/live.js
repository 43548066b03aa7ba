// Live figures: matplotlib drew the SVG; this moves its marks.
//
// A figure's specification is a graph: inputs, derived quantities, marks and readouts, each with its
// expressions as JavaScript in the names of `state`. A static page runs this as a plain script; the
// widget loads the same text as a module.
const lossbook = (() => {
  "use strict";

  const HEAD = 7, FAR = 1e4;  // an arrow's head and the cut-off of coordinates, as in drawing.py
  const NAMES = /\bv\d+\b/g;

  // Mathematics

  const sum = (low, high, term) => {
    let total = 0;
    for (let i = low; i <= high; i++) total += term(i);
    return total;
  };

  // The error function by its series; its complement, far out, by the continued fraction.
  const erf = x => {
    if (Math.abs(x) > 2) return Math.sign(x) * (1 - erfc(Math.abs(x)));
    let term = x, total = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) total += term *= 2 * x * x / (2 * n + 1);
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * total;
  };
  const erfc = x => {
    if (x <= 2) return 1 - erf(x);
    let fraction = x;
    for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  };

  // Stirling's series where it is sharp; below by recurrence, left of 0 by reflection.
  const sinPi = x => (Number.isInteger(x) ? 0 : Math.sin(Math.PI * x));
  const loggamma = x => {
    if (x <= 0) return Math.log(Math.PI / Math.abs(sinPi(x))) - loggamma(1 - x);
    let product = 1;
    while (x < 12) product *= x++;
    const s = 1 / (x * x);
    const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * 691 / 360360))))) / x;
    return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
  };
  const gamma = x => (x > 0 ? Math.exp(loggamma(x)) : Math.PI / (sinPi(x) * gamma(1 - x)));

  // What a typed density, which is an object of typed.js, says of an error.
  const density = (noise, error) => noise.density(error);
  const loss = (noise, error) => noise.loss(error);
  const gradient = (noise, error) => noise.gradient(error);
  const area = noise => noise.area;

  const maths = { sum, erf, erfc, gamma, loggamma, density, loss, gradient, area };

  // A function of `parameters` and of the state, as it is when the outer function is called.
  const compile = (js, parameters = []) => {
    const uses = [...new Set(js.match(NAMES))].filter(name => !parameters.includes(name));
    const make = new Function(`{${Object.keys(maths)}}`, `{${uses}}`, `return (${parameters}) => ${js}`);
    return { uses: ["start", ...uses], bind: state => make(maths, state) };
  };

  // The first of the places where f is least, up to rounding: there a descent begins.
  const lowest = (f, places) => {
    const levels = places.map(place => f(...place)[0]).map(v => (Number.isNaN(v) ? Infinity : v));
    const least = Math.min(...levels);
    return places[levels.findIndex(v => v <= least + 1e-9 * Math.abs(least))] ?? places[0];
  };

  // BFGS for functions with kinks, as in solve.py, where it is explained; f gives [value, ...gradient].
  const dot = (a, b) => a.reduce((total, v, j) => total + v * b[j], 0);
  const minimise = (f, start) => {
    let best = start.map(() => NaN), least = Infinity, x = start, [value, ...gradient] = f(...x);
    const inW = v => v.map((_, j) => sum(0, v.length - 1, i => v[i] * W[i][j]));
    const diagonal = sizes => sizes.map((size, i) => sizes.map((_, j) => (i === j ? size : 0)));
    const steep = gradient.map(Math.abs), floor = 1e-6 * Math.max(...steep) || 1;
    let W = diagonal(steep.map(v => 1 / Math.max(v, floor)));
    for (let run = 0; run < 20; run++) {
      for (let k = 0; k < 300; k++) {
        const p = inW(gradient).map(v => -v), slope = -dot(p, p), direction = W.map(row => dot(row, p));
        if (!(slope < -1e-15 * Math.abs(value))) break;
        let low = 0, high = Infinity, t = 1, tries = 0, nearby, level, next, q;
        for (; tries < 40; tries++) {
          nearby = x.map((v, j) => v + t * direction[j]);
          [level, ...next] = f(...nearby);
          q = inW(next);
          if (!(level <= value + 1e-4 * t * slope)) high = t;
          else if (dot(q, p) < 0.9 * slope) low = t;
          else break;
          t = high < Infinity ? (low + high) / 2 : 2 * low;
        }
        if (tries === 40) {
          if (low > 0) {
            x = x.map((v, j) => v + low * direction[j]);
            [value, ...gradient] = f(...x);
          }
          break;
        }
        let s = p.map(v => t * v), y = q.map((v, j) => v + p[j]);
        const step = nearby.map((v, j) => v - x[j]);
        [x, value, gradient] = [nearby, level, next];
        if (k === 0) {
          const c = Math.sqrt(dot(s, y) / dot(y, y));
          W = W.map(row => row.map(v => c * v));
          [s, y] = [s.map(v => v / c), y.map(v => c * v)];
        }
        const sy = dot(s, y), root = Math.sqrt(sy * dot(s, s));
        W = W.map((row, i) => row.map((v, j) => v + step[i] * (s[j] / root - y[j] / sy)));
      }
      if (!(value < least - 1e-12 * Math.abs(value))) break;
      [best, least] = [x, value];
      const scales = W.map(row => Math.hypot(...row));
      W = diagonal(scales);
      x = best.map((v, j) => v + 0.01 * scales[j] * Math.sqrt([2, 3, 5][j]));
      [value, ...gradient] = f(...x);
    }
    return best;
  };

  // Gradient descent: the path of each unknown.
  const descend = (gradient, start, rate, steps) => {
    let now = start;
    const paths = start.map(v => [v]);
    for (let k = 0; k < steps; k++) {
      const slopes = gradient(...now);
      now = now.map((v, j) => v - rate * slopes[j]);
      now.forEach((v, j) => paths[j].push(v));
    }
    return paths;
  };

  // Each derived quantity as { uses, run }: run(state) gives the values of its symbols.
  const derived = {
    let: node => {
      const values = compile(node.js);
      return { uses: values.uses, run: state => values.bind(state)() };
    },
    minimise: node => {
      const objective = compile(node.objective, node.out), f = compile(node.js, node.out);
      return {
        uses: f.uses,
        run: state => minimise(f.bind(state), lowest(objective.bind(state), node.starts)),
      };
    },
    descend: node => {
      const gradient = compile(node.js, node.over), plan = compile(node.plan);
      return {
        uses: [...gradient.uses, ...plan.uses],
        run: state => descend(gradient.bind(state), ...plan.bind(state)()),
      };
    },
  };

  // Drawing

  const AXES = "xyyx";  // of the columns of places, as in drawing.py
  const toPoint = ([offset, scale, log], value) => {
    const point = offset + scale * (log ? Math.log10(value) : value);
    return Number.isFinite(point) ? Math.min(FAR, Math.max(-FAR, point)) : NaN;
  };
  const toValue = ([offset, scale, log, low, high], point) => {
    const value = (point - offset) / scale;
    return Math.min(high, Math.max(low, log ? 10 ** value : value));
  };

  const arrow = ([tail, head]) => {
    const dx = head[0] - tail[0], dy = head[1] - tail[1], length = Math.hypot(dx, dy);
    if (!(length > 0.5)) return [];
    const size = Math.min(HEAD, length / 2) / length;
    const barb = s => [head[0] - size * (dx - s * dy / 2), head[1] - size * (dy + s * dx / 2)];
    return [tail, head, [NaN, NaN], barb(1), head, barb(-1)];
  };

  // A number with four decimals, put together from whole numbers: the text of a fraction, by toFixed or
  // not, takes twice as long.
  const PAIRS = Array.from({ length: 100 }, (_, k) => `${k}`.padStart(2, "0"));
  const short = v => {
    const all = Math.round(1e4 * Math.abs(v)), whole = Math.floor(all / 1e4), rest = all - 1e4 * whole;
    const pair = Math.floor(rest / 100);
    return (v < 0 ? "-" : "") + whole + "." + PAIRS[pair] + PAIRS[rest - 100 * pair];
  };
  const line = run => {
    const numbers = [];
    for (const [x, y] of run) numbers.push(short(x), short(y));
    return "M" + numbers.join(" ");
  };
  const bar = ([left, y, base, right]) => `M${left} ${y}H${right}V${base}H${left}Z`;
  const pieces = {
    line,
    dots: line,
    arrow: line,
    area: run => line([...run, ...run.map(([x, , base]) => [x, base]).reverse()]) + "Z",
    bars: run => run.map(point => bar(point.map(short))).join(""),
  };
  // A point that is not a number leaves a gap.
  const pathData = (shape, points) => {
    const runs = [[]];
    for (const point of shape === "arrow" ? arrow(points) : points)
      if (point.some(Number.isNaN)) runs.push([]);
      else runs.at(-1).push(point);
    return runs.map(run => (run.length ? pieces[shape](run) : "")).join("");
  };

  const mark = (node, svgs, panels) => {
    const places = compile(node.js, ["t"]), span = compile(node.span);
    const path = svgs[node.panel].querySelector(`[id^="${node.id}-"] > path`);
    const frame = panels[node.panel];
    return {
      uses: [...places.uses, ...span.uses],
      run: state => {
        const [low, high, count] = span.bind(state)(), at = places.bind(state), points = [];
        for (let i = 0; i < count; i++) {
          const t = low + (high - low) * i / Math.max(count - 1, 1);
          const point = at(t);
          for (let k = 0; k < point.length; k++) point[k] = toPoint(frame[AXES[k]], point[k]);
          points.push(point);
        }
        path.setAttribute("d", pathData(node.shape, points));
      },
    };
  };

  const shown = (number, [digits, kind]) => {
    if (!Number.isFinite(number)) return "—";
    let text = kind === "f" ? number.toFixed(digits)
      : kind === "%" ? (100 * number).toFixed(digits) : number.toExponential(digits).replace("+", "");
    if (+text === 0) text = text.replace("-", "");
    return text.replaceAll("-", "−") + (kind === "%" ? "%" : "");
  };

  // A text changes in place: style sheets ask much about the page's structure, which textContent
  // changes. But a browser may have put a text that came in parts into several nodes.
  const write = (element, words) => {
    if (element.textContent === words) return;
    if (element.childNodes.length === 1) element.firstChild.data = words; else element.textContent = words;
  };

  const readout = (node, element) => {
    const values = compile(node.js);
    return {
      uses: values.uses,
      run: state => {
        const words = values.bind(state)().map((v, k) => shown(v, node.formats[k]) + node.text[k + 1]);
        write(element, node.text[0] + words.join(""));
      },
    };
  };

  // A number that is new in the page; every widget of a notebook loads this module anew.
  const serial = () => (document.lossbookSerial = (document.lossbookSerial ?? 0) + 1);

  // Controls: each makes its elements, calls set(value) when the reader moves it, and returns
  // show(value), which moves the elements to a value.

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const slider = (node, set, { controls, reset, signal }) => {
    const digits = (String(node.step).split(".")[1] ?? "").length;
    const input = make("input", { type: "range", min: node.low, max: node.high, step: node.step });
    const shown = make("span");
    input.addEventListener("input", () => set(+input.value), { signal });
    const label = make("label", {}, make("span", {}, node.label), input);
    controls.append(make("div", { className: "lossbook-slider" }, label, shown));
    if (node.play) controls.append(player(node, input, reset, signal));
    return value => {
      input.value = value;
      write(shown, (+value).toFixed(digits).replace("-", "−"));
    };
  };

  // A clock that runs a slider from where it is, or from its start if it is at the end.
  const player = (node, input, reset, signal) => {
    const button = make("button", { type: "button" });
    let frame = 0;
    const move = value => {
      input.value = value;
      input.dispatchEvent(new Event("input"));
    };
    const stop = () => {
      cancelAnimationFrame(frame);
      frame = 0;
      button.textContent = "▶ Play";
    };
    const play = () => {
      const from = +input.value < node.high ? +input.value : node.low;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return move(node.high);
      let began;
      const tick = now => {
        began ??= now;
        const value = from + (node.high - node.low) * (now - began) / 6000;
        move(Math.min(node.high, value));
        if (value < node.high) frame = requestAnimationFrame(tick); else stop();
      };
      button.textContent = "❚❚ Pause";
      frame = requestAnimationFrame(tick);
    };
    button.addEventListener("click", () => (frame ? stop() : play()), { signal });
    for (const [element, event] of [[input, "pointerdown"], [input, "keydown"], [reset, "click"]])
      element.addEventListener(event, stop, { signal });
    signal.addEventListener("abort", stop);
    stop();
    return button;
  };

  const choice = (node, set, { controls, signal }) => {
    const name = `lossbook-choice-${serial()}`;
    const radios = node.options.map(option => make("input", { type: "radio", name, value: option }));
    const labels = radios.map(radio => make("label", {}, radio, make("span", {}, radio.value)));
    controls.append(make("fieldset", {}, make("legend", {}, node.label), ...labels));
    for (const radio of radios) radio.addEventListener("change", () => set(radio.value), { signal });
    return value => radios.forEach(radio => (radio.checked = radio.value === value));
  };

  const toggle = (node, set, { controls, signal }) => {
    const input = make("input", { type: "checkbox" });
    input.addEventListener("change", () => set(input.checked), { signal });
    controls.append(make("label", {}, input, make("span", {}, node.label)));
    return value => (input.checked = value);
  };

  const points = (node, set, { spec, svgs, signal }) => {
    const { panel } = spec.marks.find(m => m.id === node.mark);
    const svg = svgs[panel], frame = spec.panels[panel], axes = [...node.drag];
    let now;
    const move = (i, places) => {
      const next = { x: [...now.x], y: [...now.y] };
      for (const axis of axes) if (axis in places) next[axis][i] = toValue(frame[axis], places[axis]);
      set(next);
    };
    const handles = node.start.x.map((_, i) => {
      const handle = document.createElementNS(svg.namespaceURI, "circle");
      const name = node.start.x.length > 1 ? `${node.label} ${i + 1}` : node.label;
      const [, , , low, high] = frame[axes[0]];
      const given = { r: 15, class: "lossbook-handle", tabindex: 0, role: "slider", "aria-label": name,
        "aria-valuemin": low, "aria-valuemax": high };
      for (const [key, value] of Object.entries(given)) handle.setAttribute(key, value);
      const pointer = event =>
        new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      let held;  // where in the handle the pointer took it
      handle.addEventListener("pointerdown", event => {
        event.preventDefault();
        handle.focus({ focusVisible: false });
        handle.setPointerCapture(event.pointerId);
        const { x, y } = pointer(event);
        held = { x: x - toPoint(frame.x, now.x[i]), y: y - toPoint(frame.y, now.y[i]) };
      }, { signal });
      handle.addEventListener("pointermove", event => {
        if (!handle.hasPointerCapture(event.pointerId)) return;
        const { x, y } = pointer(event);
        move(i, { x: x - held.x, y: y - held.y });
      }, { signal });
      // Only a point keeps a finger from scrolling; browsers do not heed touch-action within an SVG.
      handle.addEventListener("touchstart", event => event.preventDefault(), { signal, passive: false });
      handle.addEventListener("keydown", event => {
        const step = event.shiftKey || event.key.startsWith("Page") ? 0.1 : 0.01;
        const both = { ArrowLeft: ["x", -step], ArrowRight: ["x", step], ArrowDown: ["y", -step],
          ArrowUp: ["y", step], PageDown: [axes[0], -step], PageUp: [axes[0], step],
          Home: [axes[0], -2], End: [axes[0], 2] }[event.key];
        if (!both) return;
        event.preventDefault();
        const axis = axes.includes(both[0]) ? both[0] : axes[0];
        const [low, high] = frame[axis].slice(3).map(limit => toPoint(frame[axis], limit));
        move(i, { [axis]: toPoint(frame[axis], now[axis][i]) + both[1] * (high - low) });
      }, { signal });
      svg.append(handle);
      return handle;
    });
    signal.addEventListener("abort", () => handles.forEach(handle => handle.remove()));
    return value => {
      const before = now;
      now = value;
      handles.forEach((handle, i) => {
        if (before?.x[i] === now.x[i] && before.y[i] === now.y[i]) return;
        handle.setAttribute("cx", toPoint(frame.x, value.x[i]));
        handle.setAttribute("cy", toPoint(frame.y, value.y[i]));
        handle.setAttribute("aria-valuenow", value[axes[0]][i]);
        handle.setAttribute("aria-valuetext", axes.map(axis => `${axis} ${+value[axis][i].toPrecision(3)}`).join(", "));
      });
    };
  };

  const inputs = { slider, choice, toggle, points };
  const toState = {
    slider: (node, value) => [value],
    choice: (node, value) => [node.options.indexOf(value)],
    toggle: (node, value) => [+value],
    points: (node, value) => [value.x, value.y],
  };

  // A figure

  // Ids are unique in the page, even when a figure is shown twice.
  const rename = svg => {
    const suffix = `-${serial()}`;
    const ids = new Set([...svg.querySelectorAll("[id]")].map(e => e.id));
    for (const element of svg.querySelectorAll("*"))
      for (const attribute of element.attributes)
        if (attribute.name === "id") attribute.value += suffix;
        else if (attribute.value.includes("#"))
          attribute.value = attribute.value.replace(/#([\w-]+)/g, (all, id) => (ids.has(id) ? all + suffix : all));
  };

  // The figure's height follows its content through an observer and not by layout: then a move is
  // laid out within the figure, not in the whole page.
  const enclose = (figure, signal) => {
    const observer = new ResizeObserver(([{ contentRect }]) =>
      Object.assign(figure.style, { contain: "size layout", height: `${contentRect.height}px` }));
    observer.observe(figure.firstElementChild);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      figure.removeAttribute("style");
    });
  };

  // Brings a figure to life, with the inputs that are `given`; onChange(values) hears of what the
  // reader does. Returns { values, set(some values), destroy }.
  const hydrate = (figure, given = {}, onChange = () => {}) => {
    const spec = JSON.parse(figure.querySelector("script").textContent, (key, v) => (v === null ? NaN : v));
    const svgs = [...figure.querySelectorAll("svg")], ending = new AbortController(), { signal } = ending;
    svgs.forEach(rename);
    const state = {}, values = {}, shows = {};
    for (const { name, values } of spec.tables) state[name] = values;
    const elements = figure.querySelectorAll(".lossbook-readout");
    const nodes = [
      ...spec.derived.map(node => ({ ...derived[node.kind](node), out: node.out })),
      ...spec.marks.map(node => mark(node, svgs, spec.panels)),
      ...spec.readouts.map((node, k) => readout(node, elements[k])),
    ];
    // Only what depends on a change is computed again.
    const draw = changed => {
      for (const node of nodes) {
        if (!node.uses.some(name => changed.has(name))) continue;
        const results = node.run(state);
        node.out?.forEach((name, k) => { state[name] = results[k]; changed.add(name); });
      }
    };
    const assign = (node, value) => {
      const given = toState[node.kind](node, value);  // or it throws, and all stays as it was
      values[node.label] = value;
      given.forEach((v, k) => (state[node.out[k]] = v));
      shows[node.label](value);
      return node.out;
    };
    const set = (given, changed = []) => {
      const moved = spec.inputs.filter(node => node.label in given);
      draw(new Set([...changed, ...moved.flatMap(node => assign(node, given[node.label]))]));
    };
    const starts = Object.fromEntries(spec.inputs.map(node => [node.label, node.start]));
    const byReader = given => {
      set(given);
      onChange({ ...values });
    };
    const controls = make("div", { className: "lossbook-controls" });
    const reset = make("button", { type: "button" }, "Reset");
    const view = { spec, svgs, controls, reset, signal };
    for (const node of spec.inputs)
      shows[node.label] = inputs[node.kind](node, value => byReader({ [node.label]: value }), view);
    reset.addEventListener("click", () => byReader(starts), { signal });
    controls.append(reset);
    signal.addEventListener("abort", () => controls.remove());
    figure.querySelector(".lossbook-panels").after(controls);
    set({ ...starts, ...given }, ["start"]);  // on which every node depends
    enclose(figure, signal);
    return (figure.lossbook = { values, set, destroy: () => ending.abort() });
  };

  // The widget in JupyterLab: model.values and the figure follow one another.
  const render = ({ model, el }) => {
    el.innerHTML = model.get("markup");
    // Or JupyterLab takes the arrows from sliders and points; it asks the focused element alone.
    el.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = "true"));
    let own;
    const view = hydrate(el.querySelector("figure"), model.get("values"), values => {
      model.set("values", (own = values));
      model.save_changes();
    });
    const follow = () => model.get("values") !== own && view.set(model.get("values"));
    model.on("change:values", follow);
    return () => {
      model.off("change:values", follow);
      view.destroy();
    };
  };

  // Only a plain script on a static page has a currentScript; there every figure comes to life, each
  // in a task of its own: between two the page answers its reader.
  if (document.currentScript)
    document.addEventListener("DOMContentLoaded", () =>
      document.querySelectorAll(".lossbook-live").forEach(figure => setTimeout(hydrate, 0, figure)));

  return { hydrate, render, inputs, make, serial, slider, toState };  // typed.js adds an input
})();
