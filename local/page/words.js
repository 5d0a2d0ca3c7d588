// Small things the parts of the page share: elements, icons, WhatsApp's text marks, times.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const PATHS = {
  attach: "M12 5v14M5 12h14",
  send: "M4 12l16-8-6 17-3-7z",
  reply: "M10 8L5 12l5 4v-3c5 0 8 1 10 5 0-6-4-9-10-9z",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  place: "M12 21s7-6.5 7-11.5A7 7 0 0 0 5 9.5C5 14.5 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  open: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  close: "M6 6l12 12M18 6L6 18",
  photo: "M4 7h4l2-2h4l2 2h4v12H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  card: "M3 6h18v12H3zM7 10h4v5H7zM14 11h4M14 14h4",
  voice: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 11a6 6 0 0 0 12 0M12 17v4",
  sticker: "M5 5h14v9l-5 5H5zM14 19v-5h5M9 10h.01M14 10h.01",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c1-4 4-5 7-5s6 1 7 5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  odd: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1 1-1 1.7M12 16.5h.01",
  call: "M6 4l3 1 1 4-2 1c1 3 3 5 6 6l1-2 4 1 1 3c-2 3-6 2-9 0s-6-6-7-9c0-2 0-4 2-5z",
  basket: "M4 9h16l-2 11H6zM8 9l3-5M16 9l-3-5",
  shop: "M4 10l1-6h14l1 6M5 10v10h14V10M4 10a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0 2.7 2.7 0 0 0 5.3 0M10 20v-5h4v5",
  house: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
};

export function icon(name) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  drawn.innerHTML = `<path d="${PATHS[name]}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
  return drawn;
}

export function ticks(state) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 16 11");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", state);
  drawn.setAttribute("class", `ticks-${state}`);
  const second = state === "sent" ? "" : "M6.5 8.5l1 1L15 1.5";
  drawn.innerHTML = `<path d="M1 6l3.5 3.5L11 1.5${second}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>`;
  return drawn;
}

// WhatsApp's marks: *bold*, _italic_, ~struck~, ```fixed```, and links.
const MARKS = [
  [/```([^]+?)```/, "code"],
  [/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*?\S)\*(?![\p{L}\p{N}*])/u, "b"],
  [/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*?\S)_(?![\p{L}\p{N}_])/u, "i"],
  [/(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*?\S)~(?![\p{L}\p{N}~])/u, "s"],
];
const LINK = /https?:\/\/[^\s<]+[^\s<.,;:!?)]/;

export function marked(text) {
  const found = MARKS.map(([pattern, tag]) => ({ match: pattern.exec(text), tag })).filter(({ match }) => match);
  const link = LINK.exec(text);
  if (link) found.push({ match: link, tag: "a" });
  if (found.length === 0) return text === "" ? [] : [document.createTextNode(text)];
  const { match, tag } = found.reduce((first, other) => (other.match.index < first.match.index ? other : first));
  const inside =
    tag === "a"
      ? element("a", { href: match[0], target: "_blank", rel: "noreferrer" }, match[0])
      : element(tag, {}, ...(tag === "code" ? [match[1]] : marked(match[1])));
  return [
    ...marked(text.slice(0, match.index)),
    inside,
    ...marked(text.slice(match.index + match[0].length)),
  ];
}

const ZONE = { timeZone: "Asia/Kolkata" };
const CLOCK = new Intl.DateTimeFormat("en-GB", { ...ZONE, hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { ...ZONE, weekday: "long", day: "numeric", month: "long" });
const FULL = new Intl.DateTimeFormat("en-GB", { ...ZONE, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export const hour = (moment) => CLOCK.format(moment);
export const day = (moment) => DAY.format(moment);
export const full = (moment) => FULL.format(moment);

const RUPEES = new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR", minimumFractionDigits: 0 });

// An amount as Meta writes it: 34200 with an offset of 100 is ₹342.
export const money = ({ value, offset }) => RUPEES.format(value / offset);

export async function ask(path, body) {
  const answer = await fetch(path, body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error ?? `answered ${answer.status}`);
  return content;
}
