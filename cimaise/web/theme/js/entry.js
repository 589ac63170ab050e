// What every page loads: htmx and small enhancements; map and chart come only where a page has one.
import "htmx.org";
import "./copy.js";
import "./scheme.js";
import { wakeIslands } from "./wake.js";

wakeIslands(document);
document.addEventListener("htmx:after:swap", () => wakeIslands(document));
