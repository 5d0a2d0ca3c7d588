// The quiet strip: every step of an event on its way through the house.

import { element, hour } from "./words.js";

const STATIONS = [
  ["phone", "phone"],
  ["meta", "Meta"],
  ["gateway", "HTTP API"],
  ["webhook", "webhook"],
  ["outbox", "state + outbox"],
  ["requests.fifo", "requests", "queue"],
  ["booking", "booking"],
  ["replies.fifo", "replies", "queue"],
  ["notifier", "notifier"],
  ["send", "Meta"],
  ["tick", "tick"],
  ["notices.fifo", "notices", "queue aside"],
  ["inbound.fifo", "inbound", "queue aside"],
  ["storefront", "shop’s page", "aside"],
  ["proofs", "proofs", "aside"],
  ["clock", "clock", "aside"],
];
const SHOWN = 4;
const KEPT = 400;

export class Strip {
  #stations = new Map();
  #latest = document.getElementById("latest");
  #steps = document.getElementById("steps");

  constructor() {
    const row = document.getElementById("stations");
    for (const [place, label, kind = ""] of STATIONS) {
      const station = element("li", { class: kind }, label);
      this.#stations.set(place, { station, timer: 0 });
      row.append(station);
    }
    const more = document.getElementById("more");
    more.addEventListener("click", () => {
      this.#steps.hidden = !this.#steps.hidden;
      more.setAttribute("aria-expanded", String(!this.#steps.hidden));
      this.#steps.scrollTop = this.#steps.scrollHeight;
    });
  }

  step(step, { past = false } = {}) {
    const text = [element("b", {}, step.place), ` ${step.what}`];
    const took = step.took_ms === null ? "" : `${Math.round(step.took_ms)} ms`;
    const tone = `tone-${step.tone}`;
    const atEnd = this.#steps.scrollTop + this.#steps.clientHeight >= this.#steps.scrollHeight - 30;
    this.#steps.append(
      element("li", { class: tone }, element("time", {}, hour(new Date(step.at))), element("b", {}, step.place), step.what, element("i", {}, took)),
    );
    while (this.#steps.children.length > KEPT) this.#steps.firstChild.remove();
    if (atEnd) this.#steps.scrollTop = this.#steps.scrollHeight;
    if (!past) this.#light(step);
    // What is quiet stands in the whole list only.
    if (step.tone === "quiet") return;
    this.#latest.prepend(element("li", { class: tone }, ...text));
    while (this.#latest.children.length > SHOWN) this.#latest.lastChild.remove();
  }

  #light({ place, what, tone }) {
    const name = place === "meta" && !what.startsWith("signs") ? "send" : place;
    const lit = this.#stations.get(name);
    if (!lit) return;
    clearTimeout(lit.timer);
    lit.station.classList.remove("good", "warning", "bad");
    lit.station.classList.add("lit", tone);
    lit.timer = setTimeout(() => lit.station.classList.remove("lit", tone), 1600);
  }
}
