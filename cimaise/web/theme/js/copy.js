// <cimaise-copy>: adds a button that copies the text of the element named by `for`; nothing without JavaScript.
class Copy extends HTMLElement {
  connectedCallback() {
    if (this.firstChild || !navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.getAttribute("label");
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    status.className = "out-of-sight";
    button.addEventListener("click", async () => {
      const source = document.getElementById(this.getAttribute("for"));
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.textContent = this.getAttribute("done");
      status.textContent = this.getAttribute("done");
      setTimeout(() => {
        button.textContent = this.getAttribute("label");
        status.textContent = "";
      }, 2000);
    });
    this.append(button, status);
  }
}

customElements.define("cimaise-copy", Copy);
