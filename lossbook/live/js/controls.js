// Controls: each makes its elements, calls set(value) when the reader moves it, and returns
// show(value), which moves the elements to a value.
import { toPoint, toValue } from "./drawing.js";
import { make, serial, write } from "./elements.js";

export const slider = (node, set, { controls, reset, signal }) => {
  const digits = (String(node.step).split(".")[1] ?? "").length;
  const input = make("input", { type: "range", min: node.low, max: node.high, step: node.step });
  const shown = make("span");
  whenMoved(input, set, signal);
  const label = make("label", {}, make("span", {}, node.label), input);
  controls.append(make("div", { className: "lossbook-slider" }, label, shown));
  if (node.play) controls.append(player(node, input, reset, signal));
  return value => {
    input.value = value;
    write(shown, (+value).toFixed(digits).replace("-", "−"));
  };
};

// Hands on what the reader sets. A finger may only begin to scroll the page on a slider: until it moves
// along the slider, or leaves it, the slider stays where it is.
const whenMoved = (input, set, signal) => {
  let before, touch;  // the value when a pointer came; where a finger came, and the value that it asks for
  const take = value => {
    touch = undefined;
    input.value = value;
    set(+input.value);
  };
  const on = (event, f) => input.addEventListener(event, f, { signal });
  on("pointerdown", ({ pointerType, clientX, clientY }) => {
    before = input.value;
    touch = pointerType === "touch" ? { clientX, clientY, asked: before } : undefined;
  });
  on("pointermove", event => touch && alongX(touch, event) && take(touch.asked));
  on("pointerup", () => touch && take(touch.asked));
  on("pointercancel", () => take(before));
  on("input", () => {
    if (!touch) return set(+input.value);
    touch.asked = input.value;
    input.value = before;
  });
};
const alongX = (from, to) => {
  const across = Math.abs(to.clientX - from.clientX);
  return across > 4 && across > Math.abs(to.clientY - from.clientY);
};

// A clock that runs a slider from where it is, or from its low end if it is at the high.
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

// Points of the drawing that the reader takes hold of.
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
    const name = node.start.x.length > 1 ? `${node.label} ${i + 1}` : node.label;
    const point = {
      handle: handleOf(svg, name, frame[axes[0]]),
      at: axis => toPoint(frame[axis], now[axis][i]),
      move: places => move(i, places),
    };
    followPointer(point, axes, svg, signal);
    followKeys(point, axes, frame, signal);
    return point.handle;
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
      const shown = axes.map(axis => `${axis} ${+value[axis][i].toPrecision(3)}`);
      handle.setAttribute("aria-valuetext", shown.join(", "));
    });
  };
};

const handleOf = (svg, name, [, , , low, high]) => {
  const handle = document.createElementNS(svg.namespaceURI, "circle");
  const given = { r: 15, class: "lossbook-handle", tabindex: 0, role: "slider", "aria-label": name,
    "aria-valuemin": low, "aria-valuemax": high };
  for (const [key, value] of Object.entries(given)) handle.setAttribute(key, value);
  svg.append(handle);
  return handle;
};

const followPointer = ({ handle, at, move }, axes, svg, signal) => {
  const pointer = event =>
    new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  let held;  // where in the handle the pointer took it
  let before, touch;  // where the point was then, and the pointer
  const on = (event, f) => handle.addEventListener(event, f, { signal, passive: false });
  on("pointerdown", event => {
    event.preventDefault();
    handle.focus({ focusVisible: false });
    handle.setPointerCapture(event.pointerId);
    const { x, y } = pointer(event);
    [before, touch] = [{ x: at("x"), y: at("y") }, event];
    held = { x: x - before.x, y: y - before.y };
  });
  on("pointermove", event => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { x, y } = pointer(event);
    move({ x: x - held.x, y: y - held.y });
  });
  on("pointercancel", () => move(before));
  // Only a point keeps a finger from scrolling, and one that moves along x only a finger that does;
  // browsers do not heed touch-action within an SVG.
  const upAndDown = axes.includes("y");
  on("touchstart", event => upAndDown && event.preventDefault());
  on("touchmove", event => (upAndDown || alongX(touch, event.touches[0])) && event.preventDefault());
};

const followKeys = ({ handle, at, move }, axes, frame, signal) =>
  handle.addEventListener("keydown", event => {
    const step = event.shiftKey || event.key.startsWith("Page") ? 0.1 : 0.01;
    const both = { ArrowLeft: ["x", -step], ArrowRight: ["x", step], ArrowDown: ["y", -step],
      ArrowUp: ["y", step], PageDown: [axes[0], -step], PageUp: [axes[0], step],
      Home: [axes[0], -2], End: [axes[0], 2] }[event.key];
    if (!both) return;
    event.preventDefault();
    const axis = axes.includes(both[0]) ? both[0] : axes[0];
    const [low, high] = frame[axis].slice(3).map(limit => toPoint(frame[axis], limit));
    move({ [axis]: at(axis) + both[1] * (high - low) });
  }, { signal });

export const inputs = { slider, choice, toggle, points };

// What an input's value is in the figure's state: an entry for each of the input's names there.
export const toState = {
  slider: (node, value) => [value],
  choice: (node, value) => [node.options.indexOf(value)],
  toggle: (node, value) => [+value],
  points: (node, value) => [value.x, value.y],
};
