// A self-test: says of an answer whether it is right, and why. The explanations are in the page,
// for a reader without scripts too; what is shown is a copy of the one that fits.
(() => {
  const fits = (given, { dataset }) =>
    dataset.within ? Math.abs(given - dataset.value) <= dataset.within * (1 + 1e-9) : given === dataset.value;

  const answer = form => {
    const given = new FormData(form).get("answer");
    const explanation =
      [...form.querySelectorAll("li")].find(li => fits(given, li)) ?? form.querySelector("li[data-otherwise]");
    const right = "right" in explanation.dataset;
    form.dataset.verdict = right ? "right" : "wrong";
    form.dataset.first ??= form.dataset.verdict;
    const questions = [...document.querySelectorAll(".quiz form")];
    const count = key => questions.filter(({ dataset }) => dataset[key] === "right").length;
    const verdict = document.createElement("strong"), score = document.createElement("small");
    verdict.textContent = right ? "Right. " : "Not so. ";
    score.textContent = `${count("verdict")} of ${questions.length} right, ${count("first")} at the first try.`;
    form.querySelector("[role=status]").replaceChildren(
      verdict, explanation.querySelector(":scope > span").cloneNode(true), score);
  };

  // One set of listeners, however often the cell is run.
  window.lossbookQuiz?.abort();
  const { signal } = (window.lossbookQuiz = new AbortController());
  document.addEventListener("submit", event => {
    if (!event.target.matches(".quiz form")) return;
    event.preventDefault();
    answer(event.target);
  }, { signal });
  // Or JupyterLab takes the arrows from the choices.
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(".quiz input")) target.dataset.lmSuppressShortcuts = "true";
  }, { signal });
})();
