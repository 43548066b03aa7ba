// The words that were sought go along with the link that is followed. Sphinx leaves them in the browser's
// memory, where the next page finds them, whichever it is.
const sought = new URLSearchParams(location.search).get("q") ?? "";
const results = document.getElementById("search-results");
new MutationObserver(() => {
  localStorage.removeItem("sphinx_highlight_terms");
  for (const link of results.querySelectorAll("li a:not([href*='?'])")) {
    const [page, ...place] = link.getAttribute("href").split(/(?=#)/);
    link.setAttribute("href", `${page}?highlight=${encodeURIComponent(sought)}${place.join("")}`);
  }
}).observe(results, { childList: true, subtree: true });
