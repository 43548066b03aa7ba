// The button beside Reset, with all that a reader takes along of a figure. What its entries do is in
// to-go.js: a page asks for it at the first click, or when its address asks for a figure. It adds
// entries(figure, close) and follow(hash) to `toGo`, and typed.js density(text, parameters).
import { make, serial } from "./elements.js";

const own = document.currentScript?.src;
export const toGo = {};

let asked;
const fetched = () => toGo.entries ? undefined : (asked ??= new Promise((resolve, reject) => {
  const src = new URL(own).href.replace("live.js", "to-go.js");
  document.head.append(make("script", { src, onload: resolve, onerror: reject }));
}));

export const menu = (figure, { controls, signal }) => {
  const button = make("button", { type: "button", className: "lossbook-more" }, "More");
  const list = make("div", { id: `lossbook-menu-${serial()}`, className: "lossbook-menu" });
  button.setAttribute("aria-controls", list.id);
  const open = on => {
    button.setAttribute("aria-expanded", on);
    list.hidden = !on;
  };
  const close = () => {
    open(false);
    button.focus();
  };
  button.addEventListener("click", async () => {
    const empty = !list.childElementCount;  // of entries: words may say why
    open(list.hidden || empty);
    if (!empty) return;
    try {
      await fetched();
      list.replaceChildren(...toGo.entries(figure, close));
    } catch {
      asked = undefined;
      list.textContent = location.protocol !== "file:" && !navigator.onLine
        ? "This menu needs the network, and there is none. The figure works as before."
        : "This menu cannot open, because its file to-go.js did not arrive. Press More to try again. "
          + "The figure works as before.";
    }
  }, { signal });
  for (const part of [button, list]) {
    part.addEventListener("keydown", event => event.key === "Escape" && close(), { signal });
  }
  open(false);
  controls.append(button, list);
};

// What the page's address asks for: a figure in some state, or a cell's code.
export const follow = async () => {
  const { hash } = location;
  if (!/^#(figure=|cell-)/.test(hash)) return;
  await fetched();
  toGo.follow(hash);
};
