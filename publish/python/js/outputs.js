// What a run sends, in the form in which the book prints it.
import { setFormulas } from "./formulas.js";

const box = (kind, ...children) => {
  const element = document.createElement("div");
  element.className = `output ${kind}`;
  element.append(...children);
  return element;
};
const code = (kind, text) => {
  const [highlight, pre] = ["div", "pre"].map(tag => document.createElement(tag));
  highlight.className = "highlight";
  pre.append(text);
  highlight.append(pre);
  return box(`${kind} notranslate`, highlight);
};

// A script within HTML that comes later does not run; one that is new does. A host may forbid those without a file.
const wake = element => Promise.all([...element.querySelectorAll("script:not([type='application/json'])")].map(old =>
  new Promise(resolve => {
    const script = document.createElement("script"), text = new Blob([old.textContent], { type: "text/javascript" });
    Object.assign(script, { src: old.src || URL.createObjectURL(text), onload: resolve, onerror: resolve });
    old.replaceWith(script);
  })));

const html = async (text, load) => {
  const element = box("text_html");
  element.innerHTML = text;
  const figures = [...element.querySelectorAll(".lossbook-live")];
  if (figures.length) element.classList.remove("text_html");  // as ext/outputs.py does
  if (text.includes('"kind": "density"') && !lossbook.inputs.density) await load("../typed.js");
  await setFormulas(element, load);
  const shown = async () => {
    await wake(element);
    figures.forEach(figure => lossbook.hydrate(figure));
    if (element.querySelector("[class^='loss-']")) await load("../choosing.js");
  };
  return { element, shown };
};

const picture = type => text => {
  const image = document.createElement("img");
  Object.assign(image, { src: `data:${type};base64,${text}`, alt: "A picture that the code above has drawn." });
  return { element: box("image_png", image) };
};

const latex = async (text, load) => {
  const element = box("text_latex math notranslate", `\\[${text.trim().replace(/^\$+|\$+$/g, "")}\\]`);
  const around = box("", element);
  await setFormulas(around, load);
  return { element };
};

// Of a value's forms the first that is there.
const FORMS = {
  "text/html": html,
  "image/svg+xml": html,
  "image/png": picture("image/png"),
  "image/jpeg": picture("image/jpeg"),
  "text/latex": latex,
  "text/plain": text => ({ element: code("text_plain", text) }),
};

// Adds a message to the outputs of a cell; what is printed goes on in the element before.
export const add = async (outputs, message, load) => {
  const last = outputs.lastElementChild;
  if (message.kind === "stream" && last?.matches(`.stream.${message.name}`)) {
    last.querySelector("pre").append(message.text);
    return;
  }
  const { element, shown } = (await made(message, load)) ?? {};
  if (element) outputs.append(element);
  await shown?.();
};

const made = (message, load) => {
  if (message.kind === "stream") return { element: code(`stream ${message.name}`, message.text) };
  if (message.kind === "error") return { element: code("traceback", message.text) };
  const form = Object.keys(FORMS).find(name => name in message.data);  // what is glued has none
  return FORMS[form]?.(message.data[form], load);
};
