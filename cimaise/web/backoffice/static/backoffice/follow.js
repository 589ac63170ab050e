// Follows a run while the worker is on it, then shows the page as it has become.

const place = document.querySelector("[data-desk-follow]");
const OFTEN = 1000;
const SELDOM = 5000;

async function look() {
  let text;
  try {
    const answer = await fetch(place.dataset.deskFollow, { headers: { Accept: "text/html" } });
    if (answer.status >= 500) throw new Error(answer.statusText);
    text = await answer.text();
  } catch {
    setTimeout(look, SELDOM); // the portal is restarting, or the network is away
    return;
  }
  const part = new DOMParser().parseFromString(text, "text/html").querySelector("#progress");
  if (part === null || part.querySelector("progress") === null) {
    window.location.reload();
    return;
  }
  place.replaceChildren(part);
  setTimeout(look, OFTEN);
}

if (place !== null) setTimeout(look, OFTEN);
