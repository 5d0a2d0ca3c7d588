// The page: phones side by side, the clock, and the strip; all of it follows one stream of events.

import { Phone } from "./phone.js";
import { Strip } from "./strip.js";
import { ask, element, full } from "./words.js";

const phones = new Map();
const strip = new Strip();
const row = document.getElementById("phones");
const tabs = document.getElementById("tabs");
const staffed = new Map();
const ROLES = ["citizen", "shop", "desk"];
let offset = 0;
let lastStep = 0;

const house = {
  service: "…",
  desks: (asking) => [...phones.values()].filter((phone) => phone.role === "desk" && phone !== asking),
  moved: () => {},
};

const now = () => new Date(Date.now() + offset * 1000);

function showPhone(known) {
  const phone = phones.get(known.id);
  if (phone) {
    phone.change(known);
    for (const shown of known.bubbles) phone.add(shown, { quiet: true });
    return phone;
  }
  const made = new Phone(known, house);
  phones.set(known.id, made);
  made.time(now());
  // Citizens first, then shops, then desks.
  const place = ROLES.indexOf(known.role);
  const before = [...row.children].find((other) => ROLES.indexOf(other.dataset.role) > place);
  row.insertBefore(made.element, before ?? null);
  drawTabs();
  return made;
}

function drawTabs() {
  const shown = [...row.children].map((place) => phones.get(place.dataset.phone));
  tabs.replaceChildren(...shown.map((phone, index) => element("button", {
    type: "button",
    "aria-pressed": index === 0 ? "true" : "false",
    "data-phone": phone.id,
    onclick: () => phone.element.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" }),
  }, phone.name)));
}

row.addEventListener("scrollend", () => {
  const middle = row.scrollLeft + row.clientWidth / 2;
  const nearest = [...row.children].reduce((best, place) => Math.abs(place.offsetLeft + place.offsetWidth / 2 - middle) < Math.abs(best.offsetLeft + best.offsetWidth / 2 - middle) ? place : best);
  for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.phone === nearest.dataset.phone));
});

function showTime() {
  const moment = now();
  const shown = document.getElementById("now");
  shown.textContent = full(moment);
  shown.dateTime = moment.toISOString();
  document.getElementById("real").hidden = Math.abs(offset) < 5;
  for (const phone of phones.values()) phone.time(moment);
}

async function moveTo(moment) {
  const controls = document.querySelectorAll(".clock button");
  const moving = document.getElementById("moving");
  controls.forEach((control) => { control.disabled = true; });
  moving.value = "moving…";
  try {
    offset = (await ask("/local/clock", { now: moment.toISOString() })).offset;
    moving.value = "";
  } catch (problem) {
    moving.value = problem.message;
  }
  controls.forEach((control) => { control.disabled = false; });
  showTime();
}

// Nine in the morning of the next Indian day: 03:30 UTC.
function nextMorning() {
  const moment = now();
  const morning = new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate(), 3, 30));
  while (morning <= moment) morning.setUTCDate(morning.getUTCDate() + 1);
  return morning;
}

async function load() {
  const state = await ask("/local/phones");
  offset = state.offset;
  house.service = state.desk.bn || state.desk.en || state.desk.number;
  document.getElementById("service").textContent = state.desk.en ?? "";
  const known = [
    ...state.shops.map(({ phone, shop }) => ({ phone, name: shop, role: "shop" })),
    ...state.desks.map(({ phone, centre }) => ({ phone, name: `${centre} desk`, role: "desk" })),
  ];
  for (const { phone, name, role } of known) {
    if (staffed.has(phone)) continue;
    staffed.set(phone, { name, role });
    document.getElementById("staffed").append(element("option", { value: phone }, name));
  }
  for (const phone of state.phones) showPhone(phone);
  for (const step of await ask(`/local/journal?after=${lastStep}`)) {
    lastStep = step.number;
    strip.step(step, { past: true });
  }
  showTime();
}

function listen() {
  const stream = new EventSource("/local/stream");
  const on = (kind, does) => stream.addEventListener(kind, (event) => does(JSON.parse(event.data)));
  on("hello", load);
  on("phone", (known) => showPhone(known));
  on("bubble", ({ id, bubble }) => phones.get(id)?.add(bubble));
  on("ticks", (change) => phones.get(change.id)?.tick(change));
  on("typing", ({ id, seconds }) => phones.get(id)?.typing(seconds));
  on("clock", (clock) => { offset = clock.offset; showTime(); });
  on("step", (step) => {
    if (step.number <= lastStep) return;
    lastStep = step.number;
    strip.step(step);
  });
}

const adding = document.getElementById("adding");
document.getElementById("add").addEventListener("click", () => adding.showModal());
adding.addEventListener("close", async () => {
  if (adding.returnValue !== "add") return;
  const given = new FormData(adding.querySelector("form"));
  const owner = staffed.get(given.get("staffed"));
  const own = String(given.get("number") || `91983${String(Math.floor(Math.random() * 1e7)).padStart(7, "0")}`);
  const hidden = `IN.${own}${Math.random().toString(36).slice(2, 10).toUpperCase()}`;
  const id = owner ? given.get("staffed") : given.get("hidden") ? hidden : own;
  const known = await ask("/local/phones", { id, name: owner?.name ?? given.get("name"), role: owner?.role ?? "citizen" });
  showPhone(known).element.scrollIntoView({ inline: "center", block: "nearest" });
  adding.querySelector("form").reset();
});
document.querySelector("[data-hours]").addEventListener("click", () => moveTo(new Date(now().getTime() + 3_600_000)));
document.getElementById("morning").addEventListener("click", () => moveTo(nextMorning()));
document.getElementById("real").addEventListener("click", () => moveTo(new Date()));
document.getElementById("free").addEventListener("submit", (event) => {
  event.preventDefault();
  moveTo(new Date(`${document.getElementById("moment").value}:00+05:30`));
});
setInterval(showTime, 1000);
listen();
