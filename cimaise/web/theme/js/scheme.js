// Light or dark at once, without loading the page again; the form alone does it without JavaScript.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const scheme = event.submitter?.value;
  if (!form.matches("[data-scheme-choice]") || scheme === undefined) return;
  event.preventDefault();
  const said = new FormData(form, event.submitter);
  if (scheme === "auto") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
  for (const button of document.querySelectorAll("[data-scheme-choice] button")) {
    button.setAttribute("aria-pressed", String(button.value === scheme));
  }
  document.dispatchEvent(new CustomEvent("cimaise:scheme"));
  fetch(form.action, { method: "POST", body: new URLSearchParams(said), redirect: "manual" });
});
