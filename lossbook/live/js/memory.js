// What a reader does on a page is kept on the device, until it is undone: an entry for each page, in
// which each figure and each question has its name. One that has changed since has another name, so
// nothing is taken for what it was not; and where nothing may be kept, nothing is.

const KEY = `lossbook ${location.pathname}`;

const all = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
};
const there = name => document.querySelector(`[data-name="${name}"]`);

export const memory = {
  get: name => all()[name],
  set(name, value) {  // undefined forgets it
    const entries = Object.entries({ ...all(), [name]: value }).filter(([name]) => there(name));
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
    } catch { /* may not or cannot */ }
  },
};
