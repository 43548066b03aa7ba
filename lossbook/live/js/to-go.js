// What a reader takes along of a figure: the entries of its menu.
import { make, serial, toGo } from "./live.js";
import { fragment, shownBy } from "./link.js";
import { addressOf } from "./picture.js";
import { present } from "./present.js";

toGo.entries = (figure, close) => {
  // A figure of the book's page has a file of its own, which knows the page; another has neither.
  const { embed, page } = figure.dataset, cell = figure.closest(".cell");
  const news = newsOf(), entries = [];
  const add = (words, onclick) => entries.push(make("button", { type: "button", onclick }, words));
  add("Present", () => {
    close();
    present(figure);
  });
  if (embed || page) add("Copy link", () => {
    const address = withoutState(page ?? location.href) + fragment(figure);
    if (embed) enterAddress(address);
    news.offer("a link to the figure as it is now", address);
  });
  if (embed) add("Embed", () => {
    news.offer("HTML code that shows the figure on another page", frameOf(figure));
    news.add(make("a", { href: embed, target: "_blank" }, "The figure’s own file"));
    if (location.protocol === "file:")
      news.add(" From a disk, the figure shows on this computer only. For another page, put the file beside that "
        + "page, and in src delete all that stands before the file’s name.");
  });
  for (const kind of ["svg", "png"])
    add(`Save as ${kind.toUpperCase()}`, () => save(figure, kind, news));
  if (page)  // which need not show the code
    entries.push(make("a", { href: page, target: "_blank" }, page.includes("#") ? "Go to the code" : "Go to the page"));
  if (cell?.querySelector(".cell_input")) {
    cell.id ||= `cell-${serial()}`;  // a page without Python does not name its cells
    entries.push(make("a", { href: `#${cell.id}`, onclick: () => showCode(cell) }, "Go to the code"));
  }
  return [...entries, news.element];
};

const withoutState = address => address.split(/[?#]/)[0];
const enterAddress = address => {
  try {
    history.replaceState(null, "", address);
  } catch { /* not in this frame */ }
};

// A line below the entries: what was done, and a text to copy where the browser copies none itself.
const newsOf = () => {
  const said = make("p"), field = make("textarea", { readOnly: true, rows: 2 });
  const element = make("div", { className: "lossbook-news" }, said);
  said.setAttribute("role", "status");
  const say = (words, ...more) => {
    element.replaceChildren(said, ...more);
    said.textContent = words;
  };
  const offer = async (what, text) => {
    field.value = text;
    field.setAttribute("aria-label", what);
    say("", field);
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = `Copied: ${what}.`;
    } catch {
      field.focus();
      field.select();
      said.textContent = `Copy from this box: ${what}.`;
    }
  };
  return { element, say, offer, add: more => element.append(more) };
};

const frameOf = figure => {
  const state = fragment(figure), file = new URL(figure.dataset.embed, location.href).href;
  const src = file + (state.includes("&") ? state : ""), menu = figure.querySelector(".lossbook-menu");
  const frame = make("iframe", { src, title: figure.getAttribute("aria-label"), width: "100%",
    height: figure.offsetHeight - menu.offsetHeight + 60, loading: "lazy", allow: "fullscreen; clipboard-write" });
  frame.style.border = 0;
  return frame.outerHTML;
};

const save = async (figure, kind, news) => {
  const name = figure.dataset.embed?.match(/[^/]*(?=\.html)/) ?? "figure", download = `${name}.${kind}`;
  const src = await addressOf(figure, kind);
  make("a", { href: src, download }).click();
  if (self === top) return news.say(`The picture is saved as ${download}.`);
  const alt = figure.getAttribute("aria-label");
  const picture = make("img", { src, alt, style: "max-width: 100%" });
  news.say("If no file was saved, save the picture below: right-click it, or press and hold it.", picture);
};

const showCode = cell => {
  const code = cell.querySelector(".cell_input pre");
  for (let fold = code; (fold = fold.parentElement?.closest("details")); ) fold.open = true;
  const field = cell.querySelector(".cell_input textarea") ?? code;
  if (field === code) code.tabIndex = -1;
  field.focus();
};

toGo.follow = hash => {
  const cell = document.getElementById(hash.slice(1));
  if (cell?.matches(".cell") && cell.querySelector(".cell_input pre")) showCode(cell);
  const figure = shownBy(hash);
  if (!figure || figure.dataset.page) return;  // in a frame it takes nobody's place or focus
  figure.scrollIntoView({ block: "center" });
  figure.tabIndex = -1;
  figure.focus({ preventScroll: true });
  figure.addEventListener("blur", () => figure.removeAttribute("tabindex"), { once: true });
};
