// A self-test: says of an answer whether it is right, and why. The explanations are in the page,
// for a reader without scripts too; what is shown is a copy of the one that fits.
(() => {
  const questions = () => [...document.querySelectorAll(".quiz form")];
  const fits = (given, { dataset }) =>
    dataset.within ? Math.abs(given - dataset.value) <= dataset.within * (1 + 1e-9) : given === dataset.value;

  // `first` is the verdict at the first try.
  const judge = (form, given, first) => {
    const explanation =
      [...form.querySelectorAll("li")].find(li => fits(given, li)) ?? form.querySelector("li[data-otherwise]");
    const right = "right" in explanation.dataset;
    form.dataset.verdict = right ? "right" : "wrong";
    form.dataset.first ??= first ?? form.dataset.verdict;
    const all = questions(), count = key => all.filter(({ dataset }) => dataset[key] === "right").length;
    const verdict = document.createElement("strong"), score = document.createElement("small");
    verdict.textContent = right ? "Right. " : "Not so. ";
    score.textContent = `${count("verdict")} of ${all.length} right, ${count("first")} at the first try.`;
    form.querySelector("[role=status]").replaceChildren(
      verdict, explanation.querySelector(":scope > span").cloneNode(true), score);
  };

  // A page of the book keeps the answers on the device (memory.js), if it may; JupyterLab has other ways.
  const mayKeep = () => {
    try {
      return localStorage instanceof Storage;  // or it is the page's own
    } catch {
      return false;
    }
  };
  const memory = typeof lossbook === "object" && mayKeep() ? lossbook.memory : undefined;
  const offerNewStart = () => document.querySelectorAll(".quiz-kept").forEach(kept => {
    kept.hidden = !memory || !questions().some(form => form.dataset.verdict);
  });
  const recall = () => {
    for (const form of questions()) {
      const kept = memory?.get(form.dataset.name);
      if (!kept) continue;
      const choice = form.querySelector(`[type=radio][value="${kept.given}"]`);
      if (choice) choice.checked = true; else form.elements.answer.value = kept.given;
      judge(form, kept.given, kept.first);
    }
    offerNewStart();
  };
  const check = form => {
    const given = new FormData(form).get("answer");
    judge(form, given);
    memory?.set(form.dataset.name, { given, first: form.dataset.first });
    offerNewStart();
  };
  const startOver = () => {
    for (const form of questions()) {
      form.reset();
      delete form.dataset.verdict;
      delete form.dataset.first;
      form.querySelector("[role=status]").replaceChildren();
      memory?.set(form.dataset.name, undefined);
    }
    offerNewStart();
    document.querySelector(".quiz form input").focus();
  };

  // One set of listeners, however often the cell is run.
  window.lossbookQuiz?.abort();
  const { signal } = (window.lossbookQuiz = new AbortController());
  const attempt = (event, form) => {
    event.preventDefault();
    if (form.reportValidity()) check(form);
  };
  // The button is enough: a page in another's frame may not be allowed to submit a form.
  document.addEventListener("click", event => {
    const button = event.target.closest(".quiz button");
    if (button?.form) attempt(event, button.form); else if (button) startOver();
  }, { signal });
  document.addEventListener("submit", event => {
    if (event.target.matches(".quiz form")) attempt(event, event.target);
  }, { signal });
  // Or JupyterLab takes the arrows from the choices.
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(".quiz input")) target.dataset.lmSuppressShortcuts = "true";
  }, { signal });
  // A wheel scrolls the page: it would change the number in focus.
  document.addEventListener("wheel", ({ target }) => {
    if (target.matches(".quiz input")) target.blur();
  }, { signal, passive: true });
  document.querySelectorAll(".quiz .lossbook-still").forEach(line => line.remove());
  recall();
})();
