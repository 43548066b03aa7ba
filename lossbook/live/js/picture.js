// What is shown now, as one picture: all panels where they stand, with their colours, on their ground.
import { make } from "./live.js";

const MARGIN = 8;  // pixels around the panels

const create = (name, given, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

export const asSvg = figure => {
  const svgs = [...figure.querySelectorAll(".lossbook-panels > svg")];
  const boxes = svgs.map(svg => svg.getBoundingClientRect());
  const left = Math.min(...boxes.map(box => box.left)) - MARGIN;
  const top = Math.min(...boxes.map(box => box.top)) - MARGIN;
  const width = Math.ceil(Math.max(...boxes.map(box => box.right)) - left + MARGIN);
  const height = Math.ceil(Math.max(...boxes.map(box => box.bottom)) - top + MARGIN);
  const alt = figure.getAttribute("aria-label");
  const said = [...figure.querySelectorAll(".lossbook-readout")].map(each => each.textContent);
  const picture = create("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img" },
    create("title", {}, alt.match(/^.*?[.!?](?= |$)|.*/)[0]),
    create("desc", {}, [alt, ...said, source()].join(" ")),
    create("rect", { width, height, fill: groundOf(figure) }),
    ...svgs.map((svg, k) => panel(svg, boxes[k], left, top)));
  const text = coloured(new XMLSerializer().serializeToString(picture), figure);
  return { text, width, height };
};

// Where it comes from; an address on a disk leads nobody else there.
const source = () =>
  `Source: ${document.title}` + (location.protocol.startsWith("http") ? `, ${location.origin}${location.pathname}` : "");

const panel = (svg, box, left, top) => {
  const copy = svg.cloneNode(true);
  copy.querySelectorAll(".lossbook-handle").forEach(handle => handle.remove());
  copy.removeAttribute("style");
  const own = { x: box.left - left, y: box.top - top, width: box.width, height: box.height,
    fill: "var(--lossbook-ink,#24292f)", "stroke-linejoin": "round", overflow: "visible" };
  for (const [key, value] of Object.entries(own)) copy.setAttribute(key, value);
  return copy;
};

// Colours that a reader forces on the page are its own, and not the picture's.
const forced = () => matchMedia("(forced-colors: active)").matches;
const coloured = (text, figure) => {
  const style = getComputedStyle(figure);
  return text.replace(/var\((--[\w-]+),\s*([^)]*)\)/g, (_, name, otherwise) =>
    (!forced() && style.getPropertyValue(name).trim()) || otherwise);
};
const groundOf = element => {
  if (!element || forced()) return "#fff";
  const { backgroundColor } = getComputedStyle(element);
  return /^(transparent|rgba\(.*, 0\))$/.test(backgroundColor)
    ? groundOf(element.parentElement) : backgroundColor;
};

const address = svg => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.text)}`;

const asPng = async svg => {
  const image = make("img", { src: address(svg) }), scale = 2;
  await image.decode();
  const canvas = make("canvas", { width: scale * svg.width, height: scale * svg.height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
};

// The picture's address: "svg" or "png".
export const addressOf = async (figure, kind) => {
  const svg = asSvg(figure);
  return kind === "svg" ? address(svg) : asPng(svg);
};
