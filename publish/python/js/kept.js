// What a reader types is kept on the device, for each page apart: its cells' texts and its exercises' verdicts.
// Where nothing may be kept, or no more, the tab itself keeps it, in its name, for the visit.

const KEY = `lossbook code ${location.pathname}`, PREFIX = "lossbook ";

const inTab = () => {
  try {
    return window.name.startsWith(PREFIX) ? JSON.parse(window.name.slice(PREFIX.length)) : {};
  } catch {
    return {};
  }
};
const onDevice = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
};
const all = () => ({ ...onDevice(), ...inTab()[KEY] });

export const kept = {
  get: name => all()[name] ?? undefined,
  set(name, value) {  // undefined forgets it
    const entries = { ...all(), [name]: value };
    let rest;
    try {
      if (!(localStorage instanceof Storage)) throw new Error("it is the page's own (layout.html)");
      localStorage.setItem(KEY, JSON.stringify(entries));
    } catch {
      rest = Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, value ?? null]));
    }
    const tab = JSON.stringify({ ...inTab(), [KEY]: rest });
    if (tab !== "{}" || window.name.startsWith(PREFIX)) window.name = PREFIX + tab;
  },
};
