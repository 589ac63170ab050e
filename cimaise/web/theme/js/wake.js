// Loads an island's code when an element of that name comes near the screen, once.
const islands = {
  "cimaise-map": () => import("../islands/map.js"),
  "cimaise-chart": () => import("../islands/chart.js"),
  "cimaise-clause": () => import("../islands/clause.js"),
};

const watcher = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      // The element's own fallback stays on the page when its code cannot come.
      islands[entry.target.localName]().catch((reason) => console.error(reason));
    }
  },
  { rootMargin: "300px" },
);

/** Watch every island of `root` whose element is not defined yet. */
export function wakeIslands(root) {
  for (const name of Object.keys(islands)) {
    if (customElements.get(name)) continue;
    for (const element of root.querySelectorAll(name)) watcher.observe(element);
  }
}
