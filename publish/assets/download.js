// A page opened from a disk may show a file that lies beside it, and not save it. A script that lies there
// too brings the same text (ext/downloads.py). And where a service worker keeps the book, a browser does not
// ask it for what is to be saved, but it does for what the page fetches.
const withScript = (link) => {
  const script = document.createElement("script");
  script.src = `${link.href}.js`;
  document.head.append(script);
};
const withWorker = async (link) => saveText(link.download, await (await fetch(link.href)).blob());
const isKept = () => {
  try {
    return Boolean(navigator.serviceWorker?.controller);
  } catch {
    return false;  // a frame may not even ask
  }
};
const SOURCE = "a.btn-download-source-button", PACKAGE = "a.btn-download-package-button";
const [save, links] = location.protocol === "file:" ? [withScript, SOURCE]
  : isKept() ? [withWorker, `${SOURCE}, ${PACKAGE}`] : [];
if (save)
  for (const link of document.querySelectorAll(links))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      save(link);
    });

window.saveText = (name, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
};
