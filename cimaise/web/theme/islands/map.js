// <cimaise-map>: records on a map, from vector tiles of this portal. What the element holds (a list
// or a link to the same records) stays below the map, and is all there is without JavaScript.
import {
  Map as Drawing,
  Marker,
  NavigationControl,
  Popup,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import "./map.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { mapLook } from "./map-look.js";

// Bundled beside this file: no blob: worker, which a content security policy would have to allow.
setWorkerUrl(new URL(workerUrl, import.meta.url).href);

const FRANCE = [-5.6, 41.2, 9.8, 51.3];
const CLICKABLE = ["clusters", "ones", "lines", "shapes"];

const numbers = (text) => text?.split(",").map(Number);
const filled = (template, values) =>
  template.replace(/\{(\w+)\}/g, (all, name) =>
    name in values ? encodeURIComponent(values[name]) : all,
  );

class CimaiseMap extends HTMLElement {
  static observedAttributes = ["tiles"];

  connectedCallback() {
    if (this.map) return;
    this.canvasHolder = document.createElement("div");
    this.canvasHolder.className = "map-drawing";
    this.prepend(this.canvasHolder);
    try {
      this.map = this.draw();
    } catch (reason) {
      // No WebGL here: the list below is the map.
      this.canvasHolder.remove();
      console.error(reason);
      return;
    }
    this.dataset.drawn = "";
    this.restyle = () => this.map.setStyle(mapLook(this));
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", this.restyle);
    document.addEventListener("cimaise:scheme", this.restyle);
  }

  disconnectedCallback() {
    if (!this.map) return;
    this.dark.removeEventListener("change", this.restyle);
    document.removeEventListener("cimaise:scheme", this.restyle);
    this.map.remove();
    this.canvasHolder.remove();
    this.map = undefined;
  }

  attributeChangedCallback() {
    if (this.map) this.restyle();
  }

  say(name) {
    return this.getAttribute(`say-${name}`) ?? "";
  }

  draw() {
    const point = numbers(this.getAttribute("point"));
    const bounds = numbers(this.getAttribute("bounds")) ?? FRANCE;
    const map = new Drawing({
      container: this.canvasHolder,
      style: mapLook(this),
      ...(point
        ? { center: point, zoom: 7 }
        : { bounds, fitBoundsOptions: { padding: 36, maxZoom: 14 } }),
      hash: point ? false : "map",
      maxZoom: 19,
      attributionControl: { compact: false, customAttribution: this.say("base") },
      cooperativeGestures: false,
      scrollZoom: !point,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
      locale: {
        "Map.Title": `${this.getAttribute("name") ?? ""} ${this.say("help")}`.trim(),
        "NavigationControl.ZoomIn": this.say("zoom-in"),
        "NavigationControl.ZoomOut": this.say("zoom-out"),
        "Popup.Close": this.say("close"),
      },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl(), "bottom-left");
    if (point) {
      const accent = getComputedStyle(this).getPropertyValue("--alarm");
      new Marker({ color: accent }).setLngLat(point).addTo(map);
    }
    if (this.hasAttribute("tiles")) this.listen(map);
    map.once("idle", () => this.setAttribute("ready", ""));
    return map;
  }

  listen(map) {
    map.on("click", (event) => {
      const [found] = map.queryRenderedFeatures(event.point, {
        layers: CLICKABLE.filter((layer) => map.getLayer(layer)),
      });
      if (found) this.open(map, found, event.lngLat);
    });
    map.on("mousemove", (event) => {
      const layers = CLICKABLE.filter((layer) => map.getLayer(layer));
      const over = layers.length && map.queryRenderedFeatures(event.point, { layers }).length;
      map.getCanvas().style.cursor = over ? "pointer" : "";
    });
  }

  /** Come nearer to a cluster; name a record; list those that share one place. */
  open(map, found, where) {
    const at = found.geometry.type === "Point" ? found.geometry.coordinates : where.toArray();
    const { count = 1 } = found.properties;
    if (count > 1 && map.getZoom() < 16) {
      map.easeTo({ center: at, zoom: map.getZoom() + 2 });
      return;
    }
    const popup = new Popup({ maxWidth: "22rem", focusAfterOpen: true }).setLngLat(at);
    popup.setDOMContent(this.label(found.properties)).addTo(map);
    this.complete(popup, found.properties, at);
  }

  /** What can be said from the tile alone. */
  label({ count = 1, label, id }) {
    const box = document.createElement("div");
    const title = box.appendChild(document.createElement("p"));
    title.className = "map-label";
    title.textContent = count > 1 ? `${count} ${this.say("records")}` : (label ?? id ?? "");
    if (count === 1 && id !== undefined && this.hasAttribute("record")) {
      const link = box.appendChild(document.createElement("a"));
      link.href = filled(this.getAttribute("record"), { id });
      link.textContent = this.say("open");
    }
    return box;
  }

  /** The portal's own fragment takes the label's place when the page names where to fetch it. */
  async complete(popup, { count = 1, id }, [lon, lat]) {
    const template = this.getAttribute(count > 1 ? "here" : "popup");
    if (!template) return;
    const address = filled(template, { id, lon: lon.toFixed(6), lat: lat.toFixed(6) });
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (answer.ok && popup.isOpen()) popup.setHTML(await answer.text());
  }
}

customElements.define("cimaise-map", CimaiseMap);
