// <cimaise-chart>: makes the server's drawing lively (tooltips, sizes) with the same spec and look.
// The drawing stays as it is without JavaScript, or when Vega cannot draw.

import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import look from "../chart_look.json";

class CimaiseChart extends HTMLElement {
  async connectedCallback() {
    const data = this.querySelector("script[data-spec]");
    const drawing = this.querySelector("[data-drawing]");
    if (!data || !drawing || this.view) return;
    const lively = document.createElement("div");
    lively.className = "chart-lively";
    drawing.before(lively);
    const spec = JSON.parse(data.textContent);
    try {
      const { view } = await embed(lively, fitted(spec, drawing.clientWidth), {
        actions: false,
        renderer: "svg",
        config: look,
        // No eval and no inline style: the content security policy stays strict.
        ast: true,
        expr: expressionInterpreter,
        defaultStyle: false,
        logLevel: 1,
        tooltip: { disableDefaultStyle: true, theme: "cimaise" },
      });
      this.view = view;
      drawing.hidden = true;
      this.setAttribute("ready", "");
    } catch (reason) {
      lively.remove();
      console.error(reason);
    }
  }

  disconnectedCallback() {
    this.view?.finalize();
    this.view = undefined;
    this.querySelector(".chart-lively")?.remove();
  }
}

/** A chart of one view takes the width that there is. */
function fitted(spec, width) {
  const single = !spec.facet && !spec.hconcat && !spec.vconcat && !spec.repeat;
  return single && width
    ? { ...spec, width: "container", autosize: { type: "fit-x", contains: "padding" } }
    : spec;
}

customElements.define("cimaise-chart", CimaiseChart);
