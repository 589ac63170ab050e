// Builds the front end: `npm run build` writes hashed files and their manifest where Django serves them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const theme = "cimaise/web/theme";

/** Beside each text file its gzip twin, which WhiteNoise serves to whoever accepts it. */
const twins = {
  name: "gzip-twins",
  writeBundle({ dir }) {
    for (const name of readdirSync(`${dir}/assets`)) {
      if (!/\.(js|css|json)$/.test(name)) continue;
      const whole = readFileSync(`${dir}/assets/${name}`);
      if (whole.length > 1024)
        writeFileSync(`${dir}/assets/${name}.gz`, gzipSync(whole, { level: 9 }));
    }
  },
};

export default defineConfig({
  // Relative addresses: the build works under any STATIC_URL.
  base: "./",
  publicDir: false,
  build: {
    outDir: `${theme}/static/cimaise/build`,
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    // A data: URL would need a looser content security policy.
    assetsInlineLimit: 0,
    // light-dark() is kept as written: it follows the reader's choice without JavaScript.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // MapLibre and Vega are large and loaded only by the pages that draw.
    chunkSizeWarningLimit: 1300,
    rollupOptions: {
      input: { theme: `${theme}/css/theme.css`, entry: `${theme}/js/entry.js` },
    },
  },
  worker: { format: "es" },
  plugins: [twins],
});
