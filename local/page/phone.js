// One phone: its owner, its screen, what is typed and tapped on it.

import { daySign, drawn } from "./bubble.js";
import { ask, day, element, hour, icon, money } from "./words.js";

const PLACES = [
  ["Ballygunge, Kolkata", 22.5283, 88.3639],
  ["Shyambazar, Kolkata", 22.6011, 88.3731],
  ["Behala Chowrasta, Kolkata", 22.4886, 88.3103],
  ["Tangra, Kolkata", 22.5552, 88.3886],
  ["Howrah Maidan, across the river", 22.5835, 88.3378],
];
const LONGEST_SIDE = 1600;
const HINTS = {
  citizen: "Write Hi to the desk, in any language.",
  desk: "This phone belongs to a centre. Scan a booking’s QR, or wait for the list of the day.",
  shop: "This phone belongs to a shop. Write “open” to take orders, or any word for what there is.",
};

export class Phone {
  #bubbles = new Map();
  #place;
  #chat;
  #typing = element("li", { class: "row", hidden: true }, element("span", { class: "typing", role: "img", "aria-label": "typing" }, element("i"), element("i"), element("i")));
  #typingTimer = 0;
  #lastDay = "";
  #screen;
  #frame;
  #input;
  #clock = element("time");
  #billed = element("span", { class: "billed", title: "messages that Meta would bill" });
  #online = element("button", { type: "button" });
  #under = element("small", {}, "business account");

  constructor(known, house) {
    this.id = known.id;
    this.name = known.name;
    this.role = known.role;
    this.house = house;
    this.#build(known);
    this.change(known);
    for (const shown of known.bubbles ?? []) this.add(shown, { quiet: true });
    if (known.typing) this.typing(25);
  }

  get element() { return this.#place; }

  bubble(id) { return this.#bubbles.get(id)?.shown; }

  #build(known) {
    const name = `name-${known.id.replace(/\W/g, "")}`;
    const input = element("textarea", { rows: 1, "aria-label": `Message from ${known.name}`, placeholder: "Message", dir: "auto", enterkeyhint: "send" });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#send();
      }
    });
    this.#input = input;
    this.#chat = element("ol", { class: "chat", role: "log", "aria-label": `Chat of ${known.name}`, tabindex: 0 });
    this.#chat.append(element("li", { class: "hint" }, element("span", {}, HINTS[known.role] ?? HINTS.citizen)));
    this.#chat.append(this.#typing);
    const face = element("span", { class: "face", "aria-hidden": "true" }, icon("house"));
    const top = element("div", { class: "top" }, face, element("div", {}, element("b", {}, this.house.service), this.#under), this.#clock);
    const compose = element(
      "form",
      { class: "compose", onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      element("button", { type: "button", class: "round", "aria-label": "Attach", onclick: () => this.#attach() }, icon("attach")),
      input,
      element("button", { type: "submit", class: "round send", "aria-label": "Send" }, icon("send")),
    );
    this.#screen = element("div", { class: "screen" }, top, this.#chat, compose);
    this.#frame = element("div", { class: "phone" }, this.#screen);
    this.#online.addEventListener("click", () => ask(`/local/phones/${encodeURIComponent(this.id)}/online`, { online: this.#frame.classList.contains("off") }));
    const owner = element("div", { class: "owner" }, known.role === "shop" ? icon("shop") : null, element("h2", { id: name }, known.name), element("span", {}, this.#number(known)), this.#billed, this.#online);
    // What was at its end stays there when the screen changes its height.
    this.follows = true;
    this.#chat.addEventListener("scroll", () => { this.follows = this.#chat.scrollTop + this.#chat.clientHeight >= this.#chat.scrollHeight - 40; });
    new ResizeObserver(() => this.keepAtEnd()).observe(this.#chat);
    this.#place = element("section", { class: "place", "aria-labelledby": name, "data-phone": known.id, "data-role": known.role }, owner, this.#frame);
  }

  #number(known) {
    if (!known.number) return "number hidden";
    if (known.role !== "citizen") return "";
    return known.number.replace(/^91(\d{5})(\d{5})$/, "+91 $1 $2");
  }

  change(known) {
    this.name = known.name;
    this.role = known.role;
    this.#place.querySelector("h2").textContent = known.name;
    this.#frame.classList.toggle("off", !known.online);
    this.#online.textContent = known.online ? "switch off" : "switch on";
    this.#count(known.billed);
  }

  #count(billed) { this.#billed.textContent = billed ? `${billed} billed` : ""; }

  time(now) { this.#clock.textContent = hour(now); }

  add(shown, { quiet = false } = {}) {
    if (this.#bubbles.has(shown.id)) return;
    this.#chat.querySelector(".hint")?.remove();
    const today = day(new Date(shown.at));
    if (today !== this.#lastDay) {
      this.#lastDay = today;
      this.#typing.before(daySign(new Date(shown.at)));
    }
    const row = drawn(shown, this);
    this.#bubbles.set(shown.id, { shown, row });
    if (!shown.mine) this.#stopTyping();
    this.#typing.before(row);
    this.atEnd();
    if (!quiet) this.house.moved(this);
  }

  tick({ bubble, ticks, error, billed }) {
    this.#count(billed);
    const known = this.#bubbles.get(bubble);
    if (!known) return;
    Object.assign(known.shown, { ticks, error });
    if (!known.shown.mine && ticks !== "failed") return;
    const row = drawn(known.shown, this);
    known.row.replaceWith(row);
    known.row = row;
  }

  typing(seconds) {
    this.#typing.hidden = false;
    this.#under.textContent = "typing…";
    this.atEnd();
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#stopTyping(), seconds * 1000);
  }

  #stopTyping() {
    this.#typing.hidden = true;
    this.#under.textContent = "business account";
  }

  keepAtEnd() { if (this.follows) this.atEnd(); }

  atEnd() { this.#chat.scrollTop = this.#chat.scrollHeight; }

  // -- saying

  async say(content) {
    try {
      await ask("/local/say", { from: this.id, ...content });
    } catch (problem) {
      this.toast(problem.message);
    }
  }

  tap(reply, shown) { return this.say({ reply_id: reply, to_message: shown.id }); }

  write(text) {
    this.#input.value = text;
    this.#place.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
    this.#input.focus();
  }

  #send() {
    const text = this.#input.value.trim();
    if (!text) return;
    this.#input.value = "";
    this.say({ text });
  }

  toast(text) {
    const shown = element("div", { class: "toast", role: "status" }, text);
    this.#screen.append(shown);
    setTimeout(() => shown.remove(), 5000);
  }

  // -- what comes up from below

  #sheet(title, body, { viewer = false } = {}) {
    const before = document.activeElement;
    const close = () => {
      shade.remove();
      before?.focus?.({ preventScroll: true });
    };
    const away = element("button", { type: "button", class: "round", "aria-label": "Close", onclick: close }, icon("close"));
    const sheet = element("div", { class: `sheet${viewer ? " viewer" : ""}`, role: "dialog", "aria-modal": "true", "aria-label": title }, element("header", {}, element("h3", {}, title), away), body);
    if (viewer) sheet.style.height = "84%";
    const shade = element("div", {
      class: "shade",
      onclick: (event) => event.target === shade && close(),
      onkeydown: (event) => {
        if (event.key === "Escape") close();
        if (event.key === "Tab") this.#keepInside(event, sheet);
      },
    }, sheet);
    this.#screen.append(shade);
    (sheet.querySelector("input, .body button, .grid button, .main") ?? away).focus({ preventScroll: true });
    return close;
  }

  #keepInside(event, sheet) {
    const stops = [...sheet.querySelectorAll("button:not(:disabled), input, a[href]")];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  }

  choose(shown) {
    const { action, header } = shown.message.interactive;
    const form = element("form", { class: "body" });
    const go = element("button", { type: "submit", class: "go", disabled: true }, "Send");
    const group = `rows-${shown.id}`;
    for (const section of action.sections) {
      if (section.title) form.append(element("h4", {}, section.title));
      for (const row of section.rows) {
        const box = element("input", { type: "radio", name: group, value: row.id, onchange: () => { go.disabled = false; } });
        const words = element("span", { dir: "auto" }, row.title, row.description ? element("small", {}, row.description) : null);
        form.append(element("label", { class: "choice", ondblclick: () => form.requestSubmit() }, words, box));
      }
    }
    const wrap = element("form", { style: "display:contents", onsubmit: (event) => {
      event.preventDefault();
      const chosen = wrap.querySelector("input:checked");
      if (!chosen) return;
      close();
      this.tap(chosen.value, shown);
    } });
    wrap.append(element("div", { class: "body" }, ...form.childNodes), go);
    for (const label of wrap.querySelectorAll("label")) label.addEventListener("dblclick", () => wrap.requestSubmit());
    const close = this.#sheet(header?.text ?? action.button, wrap);
  }

  view(part, shown) {
    const image = element("div", { class: "big" }, element("img", { src: part.id ? `/local/media/${part.id}` : part.link, alt: "The picture, large" }));
    const actions = element("menu");
    const wrap = element("div", { style: "display:contents" }, image, actions);
    const close = this.#sheet("Picture", wrap, { viewer: true });
    if (!shown.mine && part.id) {
      ask(`/local/media/${part.id}/qr`).then(({ text }) => {
        for (const desk of this.house.desks(this)) {
          actions.append(element("button", { type: "button", class: "main", onclick: () => { close(); desk.scan(text); } }, `Scan with the phone of ${desk.name}`));
        }
        actions.querySelector("button")?.focus();
      }).catch(() => actions.append(element("button", { type: "button", onclick: close }, "Close")));
    }
  }

  // What WhatsApp shows behind [Review and pay]; here the gateway does as it is told.
  pay(shown) {
    const { reference_id: reference, order, total_amount: total } = shown.message.interactive.action.parameters;
    const lines = order.items.map((item) => element("li", {}, element("span", { dir: "auto" }, `${item.quantity} × ${item.name}`), money({ ...item.amount, value: item.amount.value * item.quantity })));
    const tell = (outcome) => async () => {
      close();
      try {
        await ask(`/local/phones/${encodeURIComponent(this.id)}/pay`, { message: shown.id, outcome });
      } catch (problem) {
        this.toast(problem.message);
      }
    };
    const body = element("div", { class: "body" },
      element("ul", { class: "bill" }, ...lines, element("li", { class: "sum" }, element("span", {}, "Total"), money(total))),
      element("menu", { class: "paying" },
        element("button", { type: "button", onclick: tell("failed") }, "Let it fail"),
        element("button", { type: "button", class: "main", onclick: tell("captured") }, `Pay ${money(total)}`)));
    const close = this.#sheet(`Order ${reference}`, body);
  }

  // A phone's camera opens a wa.me link: the chat with the text ready to send.
  scan(link) {
    let text = link;
    try {
      text = new URL(link).searchParams.get("text") ?? link;
    } catch {
      // Not a link: what was read is written as it is.
    }
    this.write(text);
  }

  askPlace(shown) {
    const about = shown ? { to_message: shown.id } : {};
    const send = (place) => { close(); this.say({ location: place, ...about }); };
    const fields = element("form", { class: "fields", onsubmit: (event) => {
      event.preventDefault();
      const given = new FormData(fields);
      send({ latitude: Number(given.get("latitude")), longitude: Number(given.get("longitude")) });
    } },
      element("div", { class: "two" },
        element("label", {}, "Latitude", element("input", { name: "latitude", type: "number", step: "any", min: -90, max: 90, value: 22.5448, required: true })),
        element("label", {}, "Longitude", element("input", { name: "longitude", type: "number", step: "any", min: -180, max: 180, value: 88.3426, required: true }))),
      element("button", { type: "submit", class: "go", style: "margin:4px 0 0" }, "Send this point"));
    const list = element("div", { class: "body" });
    for (const [label, latitude, longitude] of PLACES) {
      list.append(element("button", { type: "button", class: "choice", style: "background:none;border:0;width:100%;text-align:left", onclick: () => send({ latitude, longitude }) }, icon("place"), element("span", {}, label)));
    }
    for (const drawnIcon of list.querySelectorAll("svg")) drawnIcon.setAttribute("width", "20");
    list.append(fields);
    const close = this.#sheet("Send location", list);
  }

  #attach() {
    const pick = element("input", { type: "file", accept: "image/*", hidden: true, onchange: () => {
      if (pick.files[0]) { close(); this.#photo(pick.files[0]); }
    } });
    const choice = (name, label, does) => element("button", { type: "button", onclick: does }, icon(name), label);
    const quick = (content) => () => { close(); this.say(content); };
    const grid = element("div", { class: "grid" },
      choice("photo", "Photo", () => pick.click()),
      choice("card", "Sample ID card", () => { close(); this.#sample(); }),
      choice("place", "Location", () => { close(); this.askPlace(); }),
      choice("voice", "Voice note", quick({ voice: true })),
      choice("sticker", "Sticker", quick({ sticker: true })),
      choice("contact", "Contact card", quick({ contact: {} })),
      choice("file", "Document", quick({ document: true })),
      choice("odd", "Something new", quick({ unsupported: true })),
      pick);
    const close = this.#sheet("Attach", grid);
  }

  #sample() { this.#captioned("/local/page/card", (caption) => this.say({ image: true, ...(caption && { caption }) })); }

  async #photo(file) {
    const small = await shrunk(file);
    this.#captioned(small, (caption) => this.say({ image: { data: small, mime_type: "image/jpeg", ...(caption && { caption }) } }));
  }

  #captioned(preview, send) {
    const caption = element("input", { name: "caption", maxlength: 1024, autocomplete: "off", placeholder: "for example the number on the card" });
    const form = element("form", { class: "fields", onsubmit: (event) => {
      event.preventDefault();
      close();
      send(caption.value.trim());
    } }, element("img", { src: preview, alt: "The photo to be sent" }), element("label", {}, "Caption (optional)", caption), element("button", { type: "submit", class: "go", style: "margin:4px 0 0" }, "Send photo"));
    const close = this.#sheet("Send photo", form);
  }
}

// Phones send photos smaller than they take them.
async function shrunk(file) {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(whole.width, whole.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(whole.width * scale);
  canvas.height = Math.round(whole.height * scale);
  canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85);
}
