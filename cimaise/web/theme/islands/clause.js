// <cimaise-clause>: completes the clause written in its box, after the ARIA 1.2 pattern of a combobox
// with a list. Without JavaScript, or when the candidates cannot come, the box is a plain one.

const PAUSE = 120; // milliseconds without typing before candidates are asked for
const WORD = /[\p{L}\p{N}_$]/u;

class CimaiseClause extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("input");
    if (!this.box || this.list) return;
    this.known = new Map(); // answers by address
    this.found = undefined;
    this.chosen = -1;
    this.list = document.createElement("ul");
    this.list.id = `${this.box.id}-candidates`;
    this.list.className = "clause-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.getAttribute("say-list"));
    this.list.hidden = true;
    this.voice = document.createElement("span");
    this.voice.className = "out-of-sight";
    this.voice.setAttribute("role", "status");
    this.box.setAttribute("role", "combobox");
    this.box.setAttribute("aria-autocomplete", "list");
    this.box.setAttribute("aria-expanded", "false");
    this.box.setAttribute("aria-controls", this.list.id);
    this.box.after(this.list);
    this.append(this.voice);
    this.box.addEventListener("input", (event) => this.typed(event));
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.box.addEventListener("blur", () => this.close());
    // The box keeps the focus, and the cursor, while a candidate is clicked.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) this.take([...this.list.children].indexOf(item));
    });
    this.setAttribute("ready", "");
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  typed(event) {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.close();
    if (!event.isComposing) this.timer = setTimeout(() => this.open(), PAUSE);
  }

  pressed(event) {
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    const key = event.ctrlKey && event.key === " " ? "Show" : event.key;
    if (isOpen && key in MOVES) this.choose(MOVES[key](this.chosen, this.list.children.length));
    else if (key === "ArrowDown" || key === "Show") this.open();
    else if (key === "Escape" && isOpen) this.close();
    else if ((key === "Enter" || key === "Tab") && isOpen && this.chosen >= 0 && !event.shiftKey)
      this.take(this.chosen);
    else return;
    event.preventDefault();
  }

  /** Ask what may stand at the cursor, and show it. */
  async open() {
    const text = this.box.value;
    const cursor = this.box.selectionStart;
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const found = await this.candidates(text, cursor, this.asking.signal);
      if (this.box.value === text && document.activeElement === this.box) this.show(found, text);
    } catch (reason) {
      if (reason.name !== "AbortError") console.error(reason);
    }
  }

  async candidates(text, cursor, signal) {
    const address = new URL(this.getAttribute("candidates"), document.baseURI);
    address.searchParams.set("clause", this.getAttribute("clause"));
    address.searchParams.set("text", text);
    // The engine counts characters, JavaScript halves of some of them.
    address.searchParams.set("at", [...text.slice(0, cursor)].length);
    if (!this.known.has(address.href)) {
      const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
      this.known.set(address.href, answer.ok ? await answer.json() : { candidates: [] });
    }
    return this.known.get(address.href);
  }

  show(found, text) {
    const letters = [...text];
    this.found = found.candidates;
    this.from = letters.slice(0, found.start).join("").length;
    this.to = letters.slice(0, found.end).join("").length;
    this.chosen = -1;
    this.box.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...this.found.map((each, place) => this.line(each, place)));
    this.list.hidden = !this.found.length;
    // Below the box, over what is said of its error.
    this.list.style.top = `${this.box.offsetTop + this.box.offsetHeight + 8}px`;
    this.list.scrollTop = 0;
    this.list.scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-expanded", String(!this.list.hidden));
    this.voice.textContent = this.count(this.found.length);
  }

  count(number) {
    if (number === 0) return this.getAttribute("say-none");
    if (number === 1) return this.getAttribute("say-one");
    return this.getAttribute("say-many").replace("%s", number);
  }

  line(candidate, place) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    for (const part of ["name", "detail", "note"]) {
      if (!candidate[part] || (part === "note" && candidate.note === candidate.name)) continue;
      const span = document.createElement("span");
      span.className = `clause-${part}`;
      span.textContent = candidate[part];
      item.append(span, " ");
    }
    return item;
  }

  choose(place) {
    const before = this.list.children[this.chosen];
    before?.setAttribute("aria-selected", "false");
    this.chosen = place;
    const item = this.list.children[place];
    item.setAttribute("aria-selected", "true");
    this.box.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  /** Write a candidate where the word at the cursor stands, whole. */
  take(place) {
    const { kind, text } = this.found[place];
    const said = this.box.value;
    let end = this.to;
    while (end < said.length && WORD.test(said[end])) end += 1;
    if (said[this.from] === "`" && said[end] === "`") end += 1;
    const isWord = kind === "keyword" && !text.endsWith("=") && said[end] !== " ";
    const after = said.slice(end);
    const written = text.endsWith("(") && after.startsWith("(") ? text.slice(0, -1) : text;
    const whole = isWord ? `${written} ` : written;
    this.box.setRangeText(whole, this.from, end, "end");
    this.close();
    this.voice.textContent = written;
    // Inside the parentheses of a function its arguments come next.
    if (text.endsWith("(")) this.open();
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.chosen = -1;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
    this.voice.textContent = "";
  }
}

// Where each key leads among so many candidates, from the chosen one (-1: none).
const MOVES = {
  ArrowDown: (place, count) => (place + 1) % count,
  ArrowUp: (place, count) => (place > 0 ? place : count) - 1,
};

customElements.define("cimaise-clause", CimaiseClause);
