// The page's elements.

export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// A text changes in place: style sheets ask much about the page's structure, which textContent
// changes. But a browser may have put a text that came in parts into several nodes.
export const write = (element, words) => {
  if (element.textContent === words) return;
  if (element.childNodes.length === 1) element.firstChild.data = words;
  else element.textContent = words;
};

// A number that is new in the page; every widget of a notebook loads this module anew.
export const serial = () => (document.lossbookSerial = (document.lossbookSerial ?? 0) + 1);
