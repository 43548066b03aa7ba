// The page's elements.

export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// A text changes in place: style sheets ask much about the page's structure, which textContent
// changes. But it may stand in several nodes by now, or within others: a browser that translates the
// page wraps it.
export const write = (element, words) => {
  if (element.textContent === words) return;
  const [text, ...others] = element.childNodes;
  if (text instanceof Text && !others.length) text.data = words;
  else element.textContent = words;
};

// A number that is new in the page; every widget of a notebook loads this module anew.
export const serial = () => (document.lossbookSerial = (document.lossbookSerial ?? 0) + 1);
