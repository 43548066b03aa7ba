// A page opened from a disk may show a file that lies beside it, and not save it. A script that lies there
// too brings the same text (ext/downloads.py).
if (location.protocol === "file:")
  for (const link of document.querySelectorAll("a.btn-download-source-button"))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const script = document.createElement("script");
      script.src = `${link.href}.js`;
      document.head.append(script);
    });

window.saveText = (name, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
};
