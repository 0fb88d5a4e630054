/** Three looks: Nordic poster, Mediterranean courtyard, calm dunes. Colours come from the brand's pack. */
import type { BrandId } from "../secrets.ts";
import type { Shop } from "./catalogue.ts";

const BASE = `
*{box-sizing:border-box;margin:0}
body{font:17px/1.55 var(--font);background:var(--paper);color:var(--ink);min-height:100dvh;display:flex;flex-direction:column;-webkit-font-smoothing:antialiased}
main{flex:1;display:flex;flex-direction:column}
a{color:inherit}h1,h2{line-height:1.1;text-wrap:balance}
.top{display:flex;align-items:center;justify-content:space-between;gap:16px;padding:14px clamp(18px,4vw,48px)}
.mark{display:flex;align-items:center;gap:10px;text-decoration:none;font-size:24px;font-weight:700}.mark svg{block-size:30px;inline-size:auto;display:block}
nav{display:flex;gap:6px;align-items:center}nav a{text-decoration:none;padding:10px 12px;border-radius:var(--r);min-height:44px;display:flex;align-items:center;gap:8px;font-size:16px}
.bag b{min-inline-size:24px;block-size:24px;padding:0 6px;border-radius:12px;font-size:14px;display:inline-grid;place-items:center;background:var(--accent);color:var(--onaccent)}
button,.button{font:inherit;font-weight:var(--bold);border:0;cursor:pointer;background:var(--brand);color:var(--onbrand);border-radius:var(--r);min-height:54px;padding:12px 28px;text-decoration:none;display:flex;align-items:center;justify-content:center;inline-size:100%;margin-block-start:16px;transition:filter .15s,transform .15s}
button:hover,.button:hover{filter:brightness(1.08)}button:active,.button:active{transform:translateY(1px)}
.ghost{background:none;color:inherit;box-shadow:inset 0 0 0 1.5px color-mix(in srgb,var(--ink) 30%,transparent)}
.small{min-height:44px;padding:6px 16px;inline-size:auto;margin:0;font-size:15px;background:none;color:var(--link);box-shadow:inset 0 0 0 1.5px currentColor}
:focus-visible{outline:3px solid var(--ring);outline-offset:3px}
.product{flex:1;display:grid}.stage{display:grid;place-items:center;padding:24px;position:relative;overflow:hidden;min-block-size:340px}
.phone{inline-size:min(72%,400px);max-block-size:min(68vh,580px);position:relative;filter:drop-shadow(0 26px 30px #0004)}
.phone *{transition:fill .35s,stroke .35s}
.details{padding:28px clamp(18px,4vw,64px) 44px;display:flex;flex-direction:column;justify-content:center;max-inline-size:640px;inline-size:100%;margin-inline:auto}
@media(min-width:860px){.product{grid-template-columns:1.15fr 1fr}.details{margin:0}}
.lead{font-size:20px;margin-block-start:10px}.price{font-size:30px;font-weight:var(--bold);margin-block:18px 22px}
fieldset{border:0;padding:0;min-inline-size:0}legend{font-weight:600;padding:0;margin-block-end:10px}
.swatches{display:flex;flex-wrap:wrap;gap:10px;margin-block-end:10px}
.swatch{display:flex;align-items:center;gap:10px;padding:8px 16px 8px 10px;min-height:48px;border-radius:var(--r);box-shadow:inset 0 0 0 1.5px color-mix(in srgb,var(--ink) 22%,transparent);cursor:pointer}
.swatch input{position:absolute;opacity:0}.swatch i{inline-size:28px;block-size:28px;border-radius:50%;box-shadow:inset 0 0 0 1px #0003}
.swatch:has(:checked){box-shadow:inset 0 0 0 3px var(--link)}.swatch:has(:focus-visible){outline:3px solid var(--ring);outline-offset:3px}
.facts{list-style:none;padding:0;margin-block-start:28px}.facts li{padding:11px 0;border-block-start:1px solid color-mix(in srgb,var(--ink) 14%,transparent)}
.card{inline-size:min(640px,100% - 36px);margin:clamp(20px,5vw,56px) auto}
.card h1{font-size:clamp(32px,6vw,48px);margin-block-end:18px}.card h2{font-size:18px;margin-block:26px 6px}
.card p+p{margin-block-start:10px}.soft{opacity:.78;font-size:16px;margin-block-start:18px}
.lines{list-style:none;padding:0}.lines li{display:flex;align-items:center;gap:14px;padding:16px 0;flex-wrap:wrap;border-block-end:1px solid color-mix(in srgb,var(--ink) 14%,transparent)}
.lines div{flex:1;min-inline-size:120px}.lines strong,.lines div span{display:block}.lines div span{opacity:.78;font-size:16px}
.lines li>bdi{margin-inline-start:auto}.lines form{flex-wrap:wrap}
.chip{inline-size:38px;block-size:52px;border-radius:9px;box-shadow:inset 0 0 0 1px #0003;flex:none}
.lines form{display:flex;gap:10px;align-items:end}.quiet{font-size:13px;display:block}
input[type=number],select{font:inherit;font-size:17px;color:inherit;background:color-mix(in srgb,var(--ink) 4%,var(--paper));border:1.5px solid color-mix(in srgb,var(--ink) 45%,transparent);border-radius:min(var(--r),12px);min-height:44px;padding:6px 12px;inline-size:72px;display:block}
select{inline-size:100%}
.total{display:flex;justify-content:space-between;font-size:22px;font-weight:var(--bold);padding-block:18px 4px}
.demo{border:1.5px dashed color-mix(in srgb,var(--ink) 45%,transparent);border-radius:min(var(--r),16px);padding:16px;font:16px/1.5 system-ui,sans-serif;display:grid;gap:12px}.demo a{color:var(--link);justify-self:start;padding:8px 0}
.notice{padding:14px 18px;border-radius:min(var(--r),16px);background:color-mix(in srgb,var(--accent) 30%,var(--paper));margin-block-end:20px}
.tick{inline-size:76px;block-size:76px;border-radius:50%;background:var(--accent);display:grid;place-items:center;margin-block-end:20px}.tick path{fill:none;stroke:var(--onaccent);stroke-width:5;stroke-linecap:round;stroke-linejoin:round}.tick svg{inline-size:48px}
.number{margin-block:18px;display:flex;gap:14px;align-items:baseline;flex-wrap:wrap}.number strong{font-size:24px;letter-spacing:.03em}
.proof{margin-block-start:26px;padding:16px 18px;border-radius:min(var(--r),16px);background:color-mix(in srgb,var(--ink) 5%,var(--paper));font:15px/1.5 system-ui,sans-serif}
.proof summary{font-weight:600;cursor:pointer;min-height:28px}.proof dl div{display:flex;gap:6px 16px;padding:7px 0;flex-wrap:wrap}.proof dt{opacity:.75;min-inline-size:160px}.proof dd{overflow-wrap:anywhere}
.code{font:13px ui-monospace,monospace;opacity:.7;margin-block-start:22px}
footer{display:flex;flex-wrap:wrap;gap:6px 22px;padding:20px clamp(18px,4vw,48px);font:14px/1.5 system-ui,sans-serif}footer span{opacity:.75}footer a{padding:4px 0}
@media(max-width:420px){nav a{padding:10px 8px}}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}`;

const TINDRA = `
:root{--font:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;--r:2px;--bold:800}
.top{background:var(--brand);color:var(--onbrand)}.mark{font-weight:900}
.tindra .stage{background:var(--brand)}
.tindra .stage::before{content:"";position:absolute;inline-size:min(78vw,620px);aspect-ratio:1;background:var(--accent);clip-path:polygon(0 100%,34% 12%,54% 58%,68% 34%,100% 100%)}
.tindra h1{font-size:clamp(44px,7.2vw,104px);font-weight:900;letter-spacing:-.055em;line-height:.92}
.tindra .card h1{font-size:clamp(38px,6.4vw,68px)}.tindra .lead{font-weight:700;font-size:22px}.tindra .price{font-size:38px;letter-spacing:-.03em}
.tindra .facts li{font-weight:700;border-block-start-width:2px;border-color:var(--ink)}
.tindra .card>.button,.tindra form>button{justify-content:space-between}.tindra form>button:not(.small)::after,.tindra .button::after{content:"→";font-size:24px}
.tindra .tick{border-radius:2px}`;

const MARISOL = `
:root{--font:ui-rounded,"SF Pro Rounded","Nunito","Quicksand","Varela Round",system-ui,sans-serif;--r:28px;--bold:700}
.marisol{background:radial-gradient(120% 70% at 85% -10%,color-mix(in srgb,var(--accent) 42%,var(--paper)),var(--paper) 60%)}
.marisol .mark{color:var(--brand)}.marisol .mark svg{block-size:40px}
.marisol .stage::before{content:"";position:absolute;inset-block:22px 0;inset-inline:0;margin-inline:auto;inline-size:min(84%,470px);border-radius:999px 999px 28px 28px;background:linear-gradient(var(--accent),color-mix(in srgb,var(--brand) 62%,var(--accent)))}
.marisol .stage::after{content:"";position:absolute;inset-block-start:13%;inset-inline:0;margin-inline:auto;inline-size:min(46%,250px);aspect-ratio:1;border-radius:50%;background:color-mix(in srgb,var(--paper) 70%,var(--accent))}
.marisol .phone{z-index:1}.marisol h1{font-size:clamp(40px,5.6vw,72px);font-weight:700;letter-spacing:-.02em;color:var(--brand)}
.marisol .card{background:#fff;border-radius:32px;padding:clamp(22px,4vw,44px);box-shadow:0 24px 60px -30px color-mix(in srgb,var(--brand) 60%,transparent)}
.marisol .card h1{font-size:clamp(30px,5vw,42px)}.marisol .facts li{border:0;padding:7px 0;display:flex;gap:12px;align-items:center}
.marisol .facts li::before{content:"";inline-size:14px;block-size:14px;border-radius:50%;background:var(--accent);flex:none}`;

const RIMAL = `
:root{--font:"Noto Naskh Arabic","Geeza Pro","Segoe UI","Noto Sans Arabic",Georgia,serif;--r:8px;--bold:600}
.top{background:var(--brand);color:var(--onbrand)}.mark svg{block-size:40px}
.rimal .stage{background:linear-gradient(var(--brand),color-mix(in srgb,var(--brand) 72%,#000))}
.rimal .stage::before{content:"";position:absolute;inset:auto -10% -2px;block-size:58%;background:var(--accent);border-radius:62% 38% 0 0/100% 70% 0 0}
.rimal .stage::after{content:"";position:absolute;inset:auto -14% -2px;block-size:34%;background:color-mix(in srgb,var(--accent) 72%,#8a5a20);border-radius:30% 70% 0 0/60% 100% 0 0}
.rimal .phone{z-index:1}.rimal h1{font-size:clamp(42px,5.6vw,76px);font-weight:500;line-height:1.25;color:var(--brand)}
.rimal .card h1{font-size:clamp(32px,5vw,46px)}.rimal .lead{font-size:23px}.rimal .price{font-weight:500}
.rimal .card{border-block-start:6px solid var(--accent);background:#fff;padding:clamp(20px,4vw,44px);border-radius:0 0 8px 8px;box-shadow:0 20px 50px -34px #000a}
.rimal .facts li{border-color:color-mix(in srgb,var(--accent) 70%,transparent)}`;

/** A brand that was added: the fonts of the device, the brand's band. */
const PLAIN = `
:root{--font:system-ui,sans-serif;--r:10px;--bold:700}
.top{background:var(--brand);color:var(--onbrand)}.stage{background:color-mix(in srgb,var(--brand) 14%,var(--paper))}`;

const OWN: Partial<Record<BrandId, string>> = { tindra: TINDRA, marisol: MARISOL, rimal: RIMAL };

/** The stylesheet of a shop. */
export function look({ brand, look: { brand: main, accent, ink, paper } }: Shop): string {
  return `:root{--brand:${main};--accent:${accent};--ink:${ink};--paper:${paper};--link:${main};--ring:${main};--onbrand:${on(main)};--onaccent:${on(accent)};--body:${accent}}${BASE}${OWN[brand] ?? PLAIN}
.top{--ring:${on(main)}}`;
}

/** Black or white, whichever reads better on `hex` (WCAG 2.2 relative luminance). */
function on(hex: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#111111" : "#ffffff";
}
