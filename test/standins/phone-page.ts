/** The looks of the handset: inbox, thread, bubble. */
import { escaped } from "./http.ts";
import { codeOf, type Message } from "./messages.ts";

const HUES: Record<string, string> = { tindra: "#2b2bff", marisol: "#c4512d", rimal: "#1d6b4f" };

const CSS = `
*{box-sizing:border-box;margin:0}
:root{color-scheme:light dark;--wall:#e7e9ee;--glass:#fff;--ink:#14161b;--soft:#667085;--line:#e6e8ee;--bubble:#f0f2f6;--go:#1557ff}
@media(prefers-color-scheme:dark){:root{--wall:#0b0c10;--glass:#15171d;--ink:#f3f4f7;--soft:#9aa3b2;--line:#262a33;--bubble:#22262f;--go:#8fb0ff}}
body{font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:var(--wall);color:var(--ink);min-height:100dvh;display:grid;place-items:center}
.set{background:var(--glass);width:100%;height:100dvh;display:flex;flex-direction:column;overflow:hidden}
@media(min-width:600px){.set{width:392px;height:min(820px,94dvh);border-radius:52px;border:11px solid #101217;box-shadow:0 0 0 2px #3a3e48,0 40px 80px -24px #0007}}
.bar{display:flex;justify-content:space-between;align-items:center;padding:10px 26px 2px;font-size:13px;font-weight:600}
.bar i{inline-size:88px;block-size:24px;border-radius:14px;background:#101217;display:none}
@media(min-width:600px){.bar i{display:block}}
header{padding:10px 18px 12px;border-bottom:1px solid var(--line);display:flex;align-items:center;gap:12px}
header a{color:var(--go);text-decoration:none;font-size:28px;line-height:1;padding:6px 8px 8px 0}
h1{font-size:17px;line-height:1.2}h1.big{font-size:30px;letter-spacing:-.02em}
small{color:var(--soft);font-size:13px;display:block}
.face{inline-size:40px;block-size:40px;border-radius:50%;display:grid;place-items:center;color:#fff;font-weight:700;flex:none;text-transform:uppercase}
main{flex:1;overflow-y:auto;padding:16px 14px 28px;display:flex;flex-direction:column;gap:14px}
.empty{margin:auto;text-align:center;color:var(--soft);padding:24px;max-width:26ch}
.sms{max-width:88%;animation:in .28s cubic-bezier(.2,.8,.2,1)}
.sms p{background:var(--bubble);border-radius:20px 20px 20px 6px;padding:11px 15px;white-space:pre-line;overflow-wrap:anywhere}
.sms p a{color:var(--go)}
.sms time{color:var(--soft);font-size:12px;padding-inline-start:6px}
.sms b{font-variant-numeric:tabular-nums}
.sms button{font:inherit;font-size:15px;font-weight:600;color:var(--go);background:none;border:1.5px solid currentColor;border-radius:99px;min-height:44px;padding:6px 18px;margin:8px 0 4px;cursor:pointer;display:block}
.sms.me{align-self:flex-end}.sms.me p{background:var(--go);color:var(--glass);border-radius:20px 20px 6px 20px}
form{display:flex;gap:8px;padding:10px 14px calc(14px + env(safe-area-inset-bottom));border-top:1px solid var(--line)}
form input{flex:1;min-width:0;font:inherit;color:inherit;background:var(--bubble);border:1.5px solid var(--soft);border-radius:99px;padding:8px 16px;min-height:44px}
form button{font:inherit;font-weight:600;color:var(--glass);background:var(--go);border:0;border-radius:99px;padding:8px 18px;min-height:44px;cursor:pointer}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
.sms button:hover{background:color-mix(in srgb,var(--go) 10%,transparent)}
:focus-visible{outline:3px solid var(--go);outline-offset:2px}
ul{list-style:none;padding:0}main.list{padding:0;gap:0}
li a{display:flex;gap:14px;align-items:center;padding:14px 18px;color:inherit;text-decoration:none;border-bottom:1px solid var(--line)}
li a:hover{background:var(--bubble)}li div{min-width:0;flex:1}
li p{color:var(--soft);white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-size:14px}
li time{color:var(--soft);font-size:12px;flex:none}
@keyframes in{from{opacity:0;transform:translateY(14px) scale(.96)}}
@media(prefers-reduced-motion:reduce){.sms{animation:none}}`;

const CLOCKS = `const clocks=()=>{for(const t of document.querySelectorAll("time"))t.textContent=new Date(t.dateTime).toLocaleTimeString([],{hour:"2-digit",minute:"2-digit"})};clocks();`;

function shell(title: string, inner: string, script: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>${escaped(title)}</title><link rel="icon" href="data:,"><style>${CSS}</style>
<div class="set"><div class="bar" aria-hidden="true"><span>RF mobile</span><i></i><span>5G ▮▮▮</span></div>${inner}</div>
<script>${CLOCKS}${script}</script></html>`;
}

function face(brand: string, name: string): string {
  return `<span class="face" style="background:${HUES[brand] ?? "#475467"}" aria-hidden="true">${escaped(name.slice(0, 1) || "?")}</span>`;
}

const clock = (at: string) => `<time datetime="${escaped(at)}">${escaped(at.slice(11, 16))}</time>`;

/** "+47 92 01 23 45", "+34 612 345 678": spaced for the eye only. */
function spaced(number: string): string {
  const [, country, rest = ""] = /^(\+(?:4[0-9]|3[0-4]|971|254))(\d+)$/.exec(number) ?? [];
  if (!country) return number;
  const size = rest.length % 3 === 0 ? 3 : 2;
  return [country, ...(rest.match(new RegExp(`\\d{1,${size}}`, "g")) ?? [])].join(" ");
}

/** What handsets make tappable: whole addresses, and a host with a path. */
const LINK = /https?:\/\/[^\s<]+|(?<![@\w.-])(?:[a-z0-9-]+\.)+[a-z]{2,}\/[^\s<]+/g;

/** Whether an SMS has a sender that can be answered: a number or a short code, no name. */
export const answerable = ({ from }: Pick<Message, "from">): boolean => /^\+?[0-9]+$/.test(from);

/** One SMS as HTML: the whole text, the code in bold, a button that copies it. All text is escaped. */
export function bubble(message: Message): string {
  const code = codeOf(message.body);
  let text = escaped(message.body).replace(
    LINK,
    (url) =>
      `<a href="${/^http/.test(url) ? "" : "https://"}${url}" target="_blank" rel="noopener noreferrer">${url}</a>`,
  );
  if (code) text = text.replace(code, `<b>${code}</b>`);
  const copy = code ? `<button type="button" data-code="${code}">Copy code</button>` : "";
  return `<article class="sms" data-sid="${escaped(message.sid)}"><p dir="auto">${text}</p>${copy}${clock(message.at)}</article>`;
}

/** The thread of one number; new messages appear by themselves. */
export function threadPage(number: string, messages: Message[], label: string): string {
  const sender = messages.at(-1)?.from ?? "Messages";
  const empty =
    messages.length === 0
      ? `<div class="empty">No messages yet.<br>They appear here the moment they are sent.</div>`
      : "";
  const script = `
const NUMBER=${JSON.stringify(number).replaceAll("<", "\\u003c")},list=document.querySelector("main"),down=()=>list.scrollTo(0,list.scrollHeight);down();
const source=new EventSource("/events?"+new URLSearchParams({number:NUMBER,after:${messages.length}}));
source.addEventListener("message",e=>{document.querySelector(".empty")?.remove();list.insertAdjacentHTML("beforeend",JSON.parse(e.data));clocks();down()});
const data=document.querySelector("#data"),device="device="+encodeURIComponent(NUMBER);data.checked=document.cookie.split("; ").includes(device);
data.addEventListener("change",()=>{document.cookie=device+";path=/;samesite=lax"+(data.checked?"":";max-age=0")});
const form=document.querySelector("form");
form.addEventListener("submit",async e=>{e.preventDefault();const field=form.elements.body,text=field.value.trim();if(!text)return;field.value="";
const me=document.createElement("article"),said=document.createElement("p");me.className="sms me";said.dir="auto";said.textContent=text;me.append(said);list.append(me);down();
const answer=await fetch("/reply?"+new URLSearchParams({number:NUMBER}),{method:"POST",body:text}).catch(()=>undefined);if(!answer?.ok){const note=document.createElement("small");note.textContent="Not sent: this sender takes no answers.";me.append(note);down()}});
list.addEventListener("click",async e=>{const b=e.target.closest("button");if(!b)return;try{await navigator.clipboard.writeText(b.dataset.code);b.textContent="Copied"}catch{b.textContent=b.dataset.code}setTimeout(()=>b.textContent="Copy code",1800)});`;
  return shell(
    `${spaced(number)} · phone`,
    `<header><a href="/" aria-label="All phones">‹</a>${face(messages.at(-1)?.brand ?? "", sender)}<div><h1>${escaped(sender)}</h1><small>to <bdi>${escaped(spaced(number))}</bdi>${label ? ` · ${escaped(label)}` : ""}</small><small><label><input type="checkbox" id="data"> this browser is on its mobile data</label></small></div></header>
<main aria-live="polite" aria-label="Messages">${empty}${messages.map(bubble).join("")}</main>
<form autocomplete="off"><label class="unseen" for="body">Answer</label><input id="body" name="body" dir="auto" placeholder="Answer" maxlength="160" enterkeyhint="send"><button type="submit">Send</button></form>`,
    script,
  );
}

/** All numbers that got an SMS, the latest first. */
export function inboxPage(
  rows: { number: string; brand: string; count: number; label: string; last: Message }[],
  count: number,
  home: string,
): string {
  const row = ({ number, brand, label, last }: (typeof rows)[number]) =>
    `<li><a href="/?number=${encodeURIComponent(number)}">${face(brand, last.from)}<div><strong>${escaped(spaced(number))}</strong><small>${escaped(label)}</small><p dir="auto">${escaped(last.body)}</p></div>${clock(last.at)}</a></li>`;
  const empty = `<div class="empty">No phone has got a message yet. Buy something in a <a href="${escaped(home)}">shop</a>.</div>`;
  return shell(
    "All phones",
    `<header><div><h1 class="big">Phones</h1><small>every number that got an SMS</small></div></header>
<main class="list">${rows.length > 0 ? `<ul>${rows.map(row).join("")}</ul>` : empty}</main>`,
    `new EventSource("/events").addEventListener("count",e=>{if(JSON.parse(e.data)!==${count})location.reload()});`,
  );
}
