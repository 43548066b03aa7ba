// The place in the page goes along. Without scripts the page itself is found.
location.replace(document.querySelector("link[rel=canonical]").href + location.search + location.hash);
