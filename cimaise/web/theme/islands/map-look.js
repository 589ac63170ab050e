// The map's style: made from the theme's tokens, so that it follows the scheme and another theme.
import near from "../basemap/build/near.json?url";
import places from "../basemap/build/places.json?url";
import world from "../basemap/build/world.json?url";

const IGN =
  "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2" +
  "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}";
const FACE = ["Inter"];

/** The colour that a token has on this element now, as rgb(). */
function colour(element, token) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${token})`;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const part = (name) => ["==", ["get", "part"], name];
const absolute = (address) => new URL(address, import.meta.url).href;
const many = [">", ["coalesce", ["get", "count"], 1], 1];

function base(ink, language) {
  const land = { type: "fill", filter: part("land"), paint: { "fill-color": ink("land") } };
  const line = (name, width) => ({
    type: "line",
    filter: part(name),
    layout: { "line-join": "round" },
    paint: {
      "line-color": ink(name.endsWith("border") ? "border-firm" : "border-soft"),
      "line-width": width,
    },
  });
  const name = (kind, extra) => ({
    type: "symbol",
    source: "places",
    filter: ["all", part(kind), ["<=", ["get", "rank"], extra.rank]],
    minzoom: extra.from,
    maxzoom: extra.to,
    layout: {
      "text-field": ["get", language],
      "text-font": FACE,
      "text-size": extra.size,
      "text-letter-spacing": extra.spacing ?? 0,
      "text-padding": 6,
    },
    paint: {
      "text-color": ink("ink-soft"),
      "text-halo-color": ink("land"),
      "text-halo-width": 1.5,
    },
  });
  return [
    { id: "world-land", source: "world", ...land },
    { id: "world-borders", source: "world", ...line("border", 0.9) },
    { id: "far-borders", source: "world", maxzoom: 4, ...line("far-border", 0.9) },
    { id: "near-land", source: "near", minzoom: 4, ...land },
    { id: "departments", source: "near", minzoom: 4.3, ...line("department", 0.8) },
    { id: "near-borders", source: "near", minzoom: 4, ...line("border", 1.1) },
    { id: "countries", ...name("country", { rank: 0, from: 3, to: 6.5, size: 12, spacing: 0.08 }) },
    { id: "cities", ...name("town", { rank: 1, from: 4.8, to: 12, size: 12 }) },
    { id: "towns", ...name("town", { rank: 2, from: 6.4, to: 12, size: 12 }) },
    { id: "small-towns", ...name("town", { rank: 3, from: 7.5, to: 12, size: 11.5 }) },
  ];
}

function records(ink, fields) {
  const count = ["coalesce", ["get", "count"], 1];
  const source = { source: "records", "source-layer": fields.layer };
  const point = ["==", ["geometry-type"], "Point"];
  return [
    {
      id: "shapes",
      type: "fill",
      ...source,
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: {
        "fill-color": ink("action"),
        "fill-opacity": 0.18,
        "fill-outline-color": ink("action"),
      },
    },
    {
      id: "lines",
      type: "line",
      ...source,
      filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": ink("action"), "line-width": 2 },
    },
    {
      id: "ones",
      type: "circle",
      ...source,
      filter: ["all", point, ["!", many]],
      paint: {
        "circle-color": ink("action"),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 3.5, 10, 6, 15, 9],
        "circle-stroke-color": ink("land"),
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "clusters",
      type: "circle",
      ...source,
      filter: ["all", point, many],
      layout: { "circle-sort-key": count },
      paint: {
        "circle-color": ink("action"),
        "circle-opacity": 0.92,
        "circle-radius": [
          "interpolate",
          ["linear"],
          ["log10", count],
          0.3,
          9,
          1,
          12,
          2,
          16,
          3,
          22,
          5,
          34,
        ],
        "circle-stroke-color": ink("land"),
        "circle-stroke-width": 2,
      },
    },
    {
      id: "counts",
      type: "symbol",
      ...source,
      filter: ["all", point, many],
      layout: {
        "text-field": ["number-format", count, { locale: fields.locale }],
        "text-font": FACE,
        "text-size": ["interpolate", ["linear"], ["log10", count], 0.3, 11, 3, 12, 5, 14],
        "text-allow-overlap": true,
      },
      paint: { "text-color": ink("on-action") },
    },
  ];
}

/** A MapLibre style for `element` (<cimaise-map>): base map and, if it has tiles, its records. */
export function mapLook(element) {
  const ink = (token) => colour(element, token);
  const locale = document.documentElement.lang || "fr";
  const sources = {
    world: { type: "geojson", data: absolute(world) },
    near: { type: "geojson", data: absolute(near) },
    places: { type: "geojson", data: absolute(places) },
  };
  const layers = [
    { id: "sea", type: "background", paint: { "background-color": ink("sea") } },
    ...base(ink, locale.startsWith("fr") ? "fr" : "en"),
  ];
  if (element.hasAttribute("ign")) {
    sources.ign = {
      type: "raster",
      tiles: [IGN],
      tileSize: 256,
      maxzoom: 19,
      attribution: "© IGN",
    };
    layers.push({
      id: "ign",
      type: "raster",
      source: "ign",
      minzoom: 5,
      paint: { "raster-saturation": -0.5 },
    });
  }
  if (element.hasAttribute("tiles")) {
    sources.records = {
      type: "vector",
      tiles: [
        new URL(element.getAttribute("tiles"), location.href).href
          .replace(/%7B/gi, "{")
          .replace(/%7D/gi, "}"),
      ],
      maxzoom: Number(element.getAttribute("tiles-maxzoom") ?? 17),
    };
    layers.push(...records(ink, { layer: element.getAttribute("layer") ?? "records", locale }));
  }
  return { version: 8, sources, layers };
}
