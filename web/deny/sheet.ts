/** The deny page's own sheet, on the brand's theme: the step's look without what only the step has. Written out by the build. */
export const DENY_CSS = `
*,::before,::after{box-sizing:border-box}
html{font:400 var(--scale)/1.5 var(--font);-webkit-text-size-adjust:100%;text-size-adjust:100%;background:var(--ground);color:var(--ink)}
body,h1,h2,p,ul,ol{margin:0}
ul,ol{padding:0;list-style:none}
body{display:flex;flex-direction:column;min-block-size:100dvh;background:var(--paper)}
main{flex:1;padding:calc(var(--gap)*1.25) 1.25rem 1.75rem}
.top{position:relative;padding:1rem 1.25rem;overflow:hidden}
.top img{display:block;position:relative}
.band{border-block-end:5px solid var(--accent);background:var(--brand)}
.sun{padding-block:1rem 1.25rem;background:var(--tint)}
.sun::before{content:"";position:absolute;inset-block-start:1.1rem;inset-inline-end:clamp(-2.5rem,100vw - 21rem,1.5rem);inline-size:6rem;block-size:6rem;border-radius:50%;background:var(--accent)}
.dune{padding-block:.8rem 2.2rem;background:var(--brand)}
.dune::before,.dune::after{content:"";position:absolute;inline-size:130%;block-size:8rem;border-radius:50%}
.dune::before{inset-block-start:calc(100% - 1.75rem);inset-inline-start:20%;background:var(--accent)}
.dune::after{inset-block-start:calc(100% - 1rem);inset-inline-end:-45%;inline-size:220%;background:var(--paper)}
h1{font-size:1.75rem;line-height:1.15;font-weight:var(--firm);letter-spacing:-.015em;text-wrap:balance}
[lang=ar] h1{letter-spacing:0;line-height:1.35}
h2{margin-block:1.75rem .5rem;font-size:1.0625rem;line-height:1.3;font-weight:var(--firm)}
p,.hint,.hours{text-wrap:pretty}
.primary,.second{text-wrap:balance}
a{color:var(--link);text-underline-offset:.2em}
.order{display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;align-items:center;margin-block:var(--gap);padding:.75rem 1rem;border:1px solid var(--line);border-radius:min(var(--radius),14px);background:var(--tint)}
.order div{flex:1 1 8.5rem;line-height:1.35}
.order strong,.order span{display:block;overflow-wrap:anywhere}
.order strong,.never,.steps a{font-weight:var(--firm)}
.order span,.hint{font-size:.875rem;color:var(--soft)}
.amount{flex:none;font-size:1.25rem;font-weight:var(--firm);font-variant-numeric:tabular-nums}
.lead{margin-block:.75rem 1.25rem;font-size:1.0625rem}
.never{margin-block-start:1.25rem;padding-inline-start:.75rem;border-inline-start:3px solid var(--edge);font-size:.9375rem}
.primary,.second{display:flex;justify-content:center;align-items:center;inline-size:100%;min-block-size:3.25rem;margin-block-start:.75rem;padding:.5rem 1.25rem;border:2px solid var(--button);border-radius:var(--radius);background:var(--brand);color:var(--label);font:inherit;font-size:1.0625rem;line-height:1.25;font-weight:var(--firm);text-align:center;text-decoration:none;cursor:pointer;touch-action:manipulation}
.primary:hover{background:var(--hover);color:var(--hover-label)}
.primary:active{background:var(--press);color:var(--press-label)}
.second{border-color:var(--edge);background:none;color:var(--ink)}
:focus-visible{outline:3px solid var(--ring);outline-offset:2px}
.steps li{padding-block:.75rem}
.steps li+li{border-block-start:1px solid var(--line)}
.steps a,.lead a{display:inline-block;padding-block:.625rem}
.hint{display:block}
footer{padding:1.25rem;border-block-start:1px solid var(--line);background:var(--ground);font-size:.875rem;color:var(--soft)}
footer ul,footer nav{display:flex;flex-wrap:wrap;column-gap:1.25rem}
footer nav{margin-block:.5rem;border-block:1px solid var(--line)}
footer a{display:inline-block;padding-block:.75rem}
footer [aria-current]{color:var(--ink);font-weight:var(--firm);text-decoration:none}
.hours{display:block}
@media(min-width:34rem)and (min-height:34rem){body{inline-size:27rem;min-block-size:0;margin:2.5rem auto;border:1px solid var(--line);border-radius:calc(var(--radius)*1.2);overflow:clip}main,.top,footer{padding-inline:2rem}}
@media(forced-colors:active){.top{forced-color-adjust:none}.order,.primary{border:2px solid ButtonText}}
`.replaceAll("\n", "");
