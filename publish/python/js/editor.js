// A text field over the printed code. The field is the browser's own, which phones, keyboards and screen
// readers know; its letters are clear, and the printed ones beneath it have the colours.
import { coloured } from "./colours.js";

const INDENT = "    ";

// Lets the code in `pre` be changed; onInput(text) and onRun() hear of it. Returns { field, replace(text) }.
export const editor = (pre, { label, text, onInput, onRun }) => {
  const field = document.createElement("textarea");
  const [box, both] = ["div", "div"].map(tag => document.createElement(tag));
  Object.assign(field, { spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off" });
  field.setAttribute("aria-label", label);
  field.setAttribute("autocorrect", "off");
  box.className = "python-editor";
  pre.replaceWith(box);
  both.append(pre, field);
  box.append(both);
  const paint = () => (pre.innerHTML = coloured(field.value) + "\n");
  const show = value => {
    field.value = value;
    paint();
  };
  field.addEventListener("input", () => {
    paint();
    onInput(field.value);
  });
  field.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) onRun();
    else if (!(event.key === "Enter" && newLine(field)) && !(event.key === "Backspace" && outdent(field))) return;
    event.preventDefault();
  });
  show(text);
  return {
    field,
    replace(other) {  // and what was there can be had again by the browser's undo
      field.focus({ preventScroll: true });
      field.select();
      if (!type(field, other)) show(other);
    },
  };
};

// As if it were typed: the browser can undo it, and "input" is heard.
const type = (field, text) => document.activeElement === field && document.execCommand("insertText", false, text);

// A new line begins under the one before, and farther in after a colon. Tab leaves the field, as in a form.
const newLine = field => {
  if (field.selectionStart !== field.selectionEnd) return false;
  const line = field.value.slice(0, field.selectionStart).split("\n").pop();
  const margin = /^ */.exec(line)[0] + (/^[^#]*:\s*(#.*)?$/.test(line) ? INDENT : "");
  return type(field, `\n${margin}`);
};

const outdent = field => {
  const { selectionStart: at, selectionEnd: end, value } = field;
  const line = value.slice(0, at).split("\n").pop();
  if (at !== end || !line.length || /[^ ]/.test(line)) return false;
  field.setSelectionRange(at - ((line.length - 1) % INDENT.length + 1), at);
  return document.execCommand("delete");
};
