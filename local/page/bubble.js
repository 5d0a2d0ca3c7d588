// One message as a bubble, drawn from the payload itself: the desk's as posted to Meta, a citizen's as in the webhook.

import { day, element, hour, icon, marked, money, ticks } from "./words.js";

const media = (id) => `/local/media/${encodeURIComponent(id)}`;
const source = (part) => (part.id ? media(part.id) : part.link);

function text(content, kind = "") {
  return element("p", { class: kind, dir: "auto" }, ...marked(content));
}

function picture(part, phone, shown, label) {
  return element(
    "button",
    { type: "button", class: "picture", "aria-label": label, onclick: () => phone.view(part, shown) },
    element("img", { src: source(part), alt: "", loading: "lazy", onload: () => phone.keepAtEnd() }),
  );
}

function file(part) {
  return element(
    "a",
    { class: "file", href: source(part), target: "_blank", rel: "noreferrer" },
    icon("file"),
    element("span", {}, element("b", {}, part.filename ?? "document"), element("small", {}, "opens in a new tab")),
  );
}

// A map is drawn, not fetched: a few streets that depend on the place, and the pin.
function pin(place) {
  const seed = Math.abs(Math.round(place.latitude * 7919 + place.longitude * 104729));
  const lines = Array.from({ length: 7 }, (_, index) => {
    const shift = ((seed >> index) % 23) * 9 + index * 34;
    return index % 2
      ? `<path d="M${shift} 0L${shift - 60} 132" stroke="#fff" stroke-width="${4 + (index % 3) * 2}"/>`
      : `<path d="M0 ${(shift % 132) + 8}L300 ${((shift * 3) % 132) + 4}" stroke="#fff" stroke-width="${4 + (index % 3) * 3}"/>`;
  }).join("");
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 300 132");
  drawn.setAttribute("preserveAspectRatio", "xMidYMid slice");
  drawn.setAttribute("aria-hidden", "true");
  drawn.innerHTML = `<rect width="300" height="132" fill="#e6e2d6"/><rect x="${seed % 190}" y="12" width="70" height="46" rx="6" fill="#cfe3c4"/><path d="M-10 ${112 - (seed % 30)}Q150 ${70 + (seed % 40)} 310 ${120 - (seed % 20)}" stroke="#b5d5e8" stroke-width="13" fill="none"/>${lines}<g transform="translate(138 26)"><path d="M12 44S26 26 26 14A14 14 0 1 0-2 14c0 12 14 30 14 30z" fill="#d33b2c"/><circle cx="12" cy="14" r="5" fill="#fff"/></g>`;
  const where = `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=17/${place.latitude}/${place.longitude}`;
  const words = [];
  if (place.name) words.push(element("b", {}, place.name));
  words.push(element("small", {}, place.address ?? `${place.latitude}, ${place.longitude}`));
  return element("a", { class: "pin", href: where, target: "_blank", rel: "noreferrer" }, drawn, element("span", {}, ...words));
}

function heading(header, phone, shown) {
  if (!header) return null;
  if (header.type === "text") return text(header.text, "title");
  if (header.type === "image") return picture(header.image, phone, shown, "Picture, opens large");
  return file(header[header.type]);
}

// An order as WhatsApp shows it above the words: how many things, and for how much; later, how far it is.
function order(interactive) {
  const parameters = interactive.action?.parameters;
  if (!parameters?.order) return null;
  const { reference_id: reference, order: { items, status }, total_amount: total } = parameters;
  const many = items?.reduce((sum, item) => sum + item.quantity, 0);
  const words = [element("b", {}, `Order ${reference}`)];
  words.push(element("small", {}, total ? `${many} ${many === 1 ? "item" : "items"} · ${money(total)}` : status));
  return element("div", { class: "order" }, icon("basket"), element("span", {}, ...words));
}

// What a citizen's tap says: the label that was tapped.
function tapped(message) {
  if (message.type === "button") return message.button.text;
  const reply = message.interactive?.button_reply ?? message.interactive?.list_reply;
  return reply ? reply.title : "(a form)";
}

function inside(shown, phone) {
  const { message, filled } = shown;
  const kind = message.type ?? "text";
  if (filled) {
    return [heading(filled.header, phone, shown), text(filled.body), filled.footer && text(filled.footer, "foot")];
  }
  switch (kind) {
    case "text":
      return [text(message.text.body)];
    case "button":
      return [text(tapped(message))];
    case "interactive": {
      if (shown.mine) return [text(tapped(message))];
      const { header, body, footer } = message.interactive;
      return [heading(header, phone, shown), order(message.interactive), text(body.text), footer && text(footer.text, "foot")];
    }
    case "image":
      return [picture(message.image, phone, shown, "Photo, opens large"), message.image.caption && text(message.image.caption)];
    case "sticker":
      return [element("p", { class: "sticker" }, "🙂 (sticker)")];
    case "document":
      return [file(message.document), message.document.caption && text(message.document.caption)];
    case "location":
      return [pin(message.location)];
    case "audio":
      return [element("p", { class: "voice" }, icon("voice"), element("i"), "0:07")];
    case "contacts":
      return message.contacts.map((contact) => text(`👤 ${contact.name.formatted_name}\n${contact.phones?.[0]?.phone ?? ""}`));
    case "reaction":
      return [text(message.reaction.emoji)];
    default:
      return [text(`(${kind})`, "foot")];
  }
}

function tapButton(label, name, onclick) {
  return element("button", { type: "button", onclick }, icon(name), label);
}

function under(shown, phone) {
  if (shown.mine) return [];
  if (shown.filled) {
    return shown.filled.buttons.map((button) => {
      if (button.url) return element("a", { href: button.url, target: "_blank", rel: "noreferrer" }, icon("open"), button.text);
      if (button.phone_number) return element("a", { href: `tel:${button.phone_number}` }, icon("call"), button.text);
      return tapButton(button.text, "reply", () => phone.tap(button.payload, shown));
    });
  }
  const interactive = shown.message.interactive;
  if (!interactive) return [];
  const { action } = interactive;
  switch (interactive.type) {
    case "button":
      return action.buttons.map(({ reply }) => tapButton(reply.title, "reply", () => phone.tap(reply.id, shown)));
    case "list":
      return [tapButton(action.button, "list", () => phone.choose(shown))];
    case "location_request_message":
      return [tapButton("Send location", "place", () => phone.askPlace(shown))];
    case "contact_request":
      return [tapButton("Share phone number", "contact", () => phone.say({ contact: { name: phone.name, phone: phone.id } }))];
    case "cta_url":
      return [element("a", { href: action.parameters.url, target: "_blank", rel: "noreferrer" }, icon("open"), action.parameters.display_text)];
    case "order_details":
      return [tapButton("Review and pay", "card", () => phone.pay(shown))];
    default:
      return [];
  }
}

function quoted(shown, phone) {
  const about = shown.mine && shown.message.context?.id;
  const before = about && phone.bubble(about);
  if (!before) return null;
  const said = before.filled?.body ?? before.message.interactive?.body?.text ?? before.message.text?.body ?? "…";
  return element("span", { class: "quoted" }, said.split("\n")[0].replace(/[*_]/g, ""));
}

export function drawn(shown, phone) {
  const foot = element("span", { class: "meta" }, hour(new Date(shown.at)));
  if (shown.mine) foot.append(ticks(shown.ticks));
  if (shown.ticks === "failed") foot.append(element("span", { class: "failed" }, ` ${shown.error}`));
  const parts = inside(shown, phone).filter(Boolean);
  const buttons = under(shown, phone);
  const wide = buttons.length > 0 || parts.some((part) => /picture|pin|file|order/.test(part.className));
  const row = element(
    "li",
    { class: `row${shown.mine ? " mine" : ""}${wide ? " wide" : ""}`, "data-id": shown.id },
    element("div", { class: "bubble" }, quoted(shown, phone), ...parts),
  );
  // The time stands on the last line of the text if there is room.
  const last = parts.at(-1);
  (last?.tagName === "P" ? last : row.firstChild).append(foot);
  if (buttons.length) row.append(element("div", { class: "under" }, ...buttons));
  return row;
}

export function daySign(moment) {
  return element("li", { class: "day" }, element("span", {}, day(moment)));
}
