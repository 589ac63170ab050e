// Follows a run while the worker is on it, then shows the page as it has become.

const place = document.querySelector("[data-desk-follow]");

async function look() {
  const answer = await fetch(place.dataset.deskFollow, { headers: { Accept: "text/html" } });
  const text = await answer.text();
  const part = new DOMParser().parseFromString(text, "text/html").querySelector("#progress");
  if (part === null || part.querySelector("progress") === null) {
    window.location.reload();
    return;
  }
  place.replaceChildren(part);
  setTimeout(look, 1000);
}

if (place !== null) setTimeout(look, 800);
