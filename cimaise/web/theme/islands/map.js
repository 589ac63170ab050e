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
// Records that one popup names.
const MOST = 12;
// An address with its {places} filled.
const filled = (pattern, values) =>
  pattern.replace(/\{(\w+)\}/g, (all, name) =>
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
    const under = (point) => {
      const layers = CLICKABLE.filter((layer) => map.getLayer(layer));
      return layers.length ? map.queryRenderedFeatures(point, { layers }) : [];
    };
    map.on("click", (event) => {
      const found = under(event.point);
      if (found.length) this.open(map, found, event.lngLat);
    });
    map.on("mousemove", (event) => {
      map.getCanvas().style.cursor = under(event.point).length ? "pointer" : "";
    });
  }

  /** Come nearer to a cluster; else name the records that are here, with a way to each. */
  open(map, found, where) {
    const [first] = found;
    const at = first.geometry.type === "Point" ? first.geometry.coordinates : where.toArray();
    if ((first.properties.count ?? 1) > 1) {
      const closer = Math.max(map.getZoom() + 2, Math.min(17, map.getZoom() + 4));
      map.easeTo({ center: at, zoom: closer });
      return;
    }
    const records = new Map(found.map(({ properties }) => [properties._id, properties]));
    const popup = new Popup({ maxWidth: "22rem", focusAfterOpen: true });
    popup
      .setLngLat(at)
      .setDOMContent(this.label([...records.values()]))
      .addTo(map);
    this.complete(popup, [...records.keys()], at);
  }

  /** The portal's own fragment takes the names' place, when the page says where to fetch it. */
  async complete(popup, ids, [lon, lat]) {
    const pattern = this.getAttribute(ids.length > 1 ? "here" : "popup");
    if (!pattern) return;
    const said = { id: ids[0], lon: lon.toFixed(6), lat: lat.toFixed(6) };
    const answer = await fetch(filled(pattern, said), { headers: { "HX-Request": "true" } });
    if (answer.ok && popup.isOpen()) popup.setHTML(await answer.text());
  }

  /** The records' titles, each a link to its page. */
  label(records) {
    const list = document.createElement("ul");
    list.className = "map-records";
    const pattern = this.getAttribute("record");
    for (const { _id, title } of records.slice(0, MOST)) {
      const line = list.appendChild(document.createElement("li"));
      const named = line.appendChild(document.createElement(pattern ? "a" : "span"));
      named.textContent = title || this.say("open");
      if (pattern) named.href = filled(pattern, { id: _id });
    }
    if (records.length > MOST) {
      const rest = list.appendChild(document.createElement("li"));
      rest.textContent = `+ ${records.length - MOST} ${this.say("records")}`;
    }
    return list;
  }
}

customElements.define("cimaise-map", CimaiseMap);
