// A figure fills the screen, for a lecture: its panels as large as they fit, its letters large. The keys
// of a clicker lead from one of the page's figures to the next.
import { make } from "./live.js";

const STEPS = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 };
const GAP = 16;  // pixels between panels

export const present = async figure => {
  try {
    await document.documentElement.requestFullscreen();
  } catch { /* not here: then it covers the page */ }
  show(figure);
};

// Those that can be seen: not those of a solution that is folded.
const figures = () => [...document.querySelectorAll(".lossbook-live")]
  .filter(figure => figure.lossbook && figure.getClientRects().length);

const show = figure => {
  const all = figures(), at = all.indexOf(figure), ending = new AbortController();
  const content = figure.querySelector(":scope > div");
  const stage = make("dialog", { className: "lossbook-stage" });
  const least = content.querySelector("svg").getBoundingClientRect().width;
  const end = () => {
    ending.abort();
    stage.before(content);
    stage.remove();
  };
  const leave = () => {
    end();
    if (document.fullscreenElement) document.exitFullscreen();
    figure.querySelector(".lossbook-more").focus();
  };
  const step = by => {
    if (!all[at + by]) return;
    end();
    show(all[at + by]);
  };
  const where = all.length > 1 ? `Figure ${at + 1} of ${all.length}` : "";
  stage.setAttribute("aria-label", `${where || "Figure"}: ${figure.getAttribute("aria-label")}`);
  const bar = barOf({ where, first: !all[at - 1], last: !all[at + 1], step, leave });
  content.before(stage);
  stage.append(bar, content);
  stage.showModal();
  stage.tabIndex = -1;
  stage.focus({ focusVisible: false });
  listen(stage, step, leave, ending.signal);
  const observer = new ResizeObserver(() => fit(stage, bar, content, least));
  for (const part of [stage, content.querySelector(".lossbook-controls")]) observer.observe(part);
  ending.signal.addEventListener("abort", () => observer.disconnect());
};

const barOf = ({ where, first, last, step, leave }) => {
  const button = (words, act, disabled = false) =>
    make("button", { type: "button", onclick: act, disabled }, words);
  const bar = make("div", { className: "lossbook-controls" });
  if (where)
    bar.append(button("‹ Previous", () => step(-1), first), where, button("Next ›", () => step(1), last));
  bar.append(button("Close", leave));
  return bar;
};

const listen = (stage, step, leave, signal) => {
  // Before the figure hears of a key: a clicker has only two, and they are those of a slider too.
  stage.addEventListener("keydown", event => {
    const { key, target } = event, by = STEPS[key];
    if (key === "Escape") leave();  // a browser may hold it back from a dialog that a key opened
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    if (key.startsWith("Arrow") && target.matches("input, textarea, [role=slider]")) return;
    event.preventDefault();
    event.stopPropagation();
    step(by);
  }, { signal, capture: true });
  stage.addEventListener("close", leave, { signal });
  document.addEventListener("fullscreenchange", () => document.fullscreenElement || leave(), { signal });
};

// So many panels side by side as make them largest. On a phone some of it is scrolled to: they are not to
// be smaller than in the page.
const fit = (stage, bar, content, least) => {
  const panels = content.querySelector(".lossbook-panels"), count = panels.children.length;
  const { width, height } = panels.firstElementChild.viewBox.baseVal;
  const edges = 2 * bar.offsetTop;  // above the bar as much as there is below all, or a little more
  const others = edges + bar.offsetHeight + content.offsetHeight - panels.offsetHeight;
  const room = stage.clientHeight - others, wide = panels.clientWidth;
  const sizes = Array.from({ length: count }, (_, k) => {
    const columns = k + 1, rows = Math.ceil(count / columns);
    const high = (room - GAP * (rows - 1)) / rows;
    return Math.min((wide - GAP * k) / columns, high * width / height);
  });
  panels.style.setProperty("--fit", `${Math.floor(Math.max(...sizes, Math.min(least, wide)))}px`);
};
