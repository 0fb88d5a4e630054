/** What axe does not see, as functions that run in a page and tell what is wrong there, one sentence a fault. */

/**
 * Every text against what it stands on (WCAG 2.2 1.4.3, `aria-disabled` controls too), and every border, button shape
 * and drawing against its neighbour (1.4.11). `text` and `shape` are the ratios wanted.
 */
export function colours({ text, shape }: { text: number; shape: number }): string[] {
  type Rgb = [red: number, green: number, blue: number, alpha: number];
  const parsed = (css: string): Rgb => {
    const [r = 0, g = 0, b = 0, a = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a]: Rgb, [r2, g2, b2]: Rgb): Rgb => {
    const mixed = (front: number, behind: number) => front * a + behind * (1 - a);
    return [mixed(r, r2), mixed(g, g2), mixed(b, b2), 1];
  };
  const luminance = ([r, g, b]: Rgb) => {
    const linear = (value: number) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const ratio = (one: Rgb, other: Rgb) => {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  /** What is seen behind an element's own content; `outside` leaves its own ground out. */
  const ground = (element: Element | null, outside = false): Rgb => {
    if (!element) return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    const own = parsed(outside ? "rgba(0,0,0,0)" : getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(element.parentElement));
  };
  const seen = (element: Element) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    for (let up: Element | null = element; up; up = up.parentElement)
      if (getComputedStyle(up).clipPath !== "none") return false;
    return true;
  };
  const told = (element: Element) =>
    `${element.tagName.toLowerCase()} "${(element.textContent ?? "").trim().slice(0, 40)}"`;
  const found = new Set<string>();
  const wanted = (least: number, front: string, behind: Rgb, what: string) => {
    const got = ratio(over(parsed(front), behind), behind);
    if (got < least - 0.005) found.add(`${what}: ${got.toFixed(2)}:1, wanted ${least}:1`);
  };

  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const element = words.currentNode.parentElement as Element;
    if (!words.currentNode.nodeValue?.trim() || ["SCRIPT", "STYLE"].includes(element.tagName) || !seen(element))
      continue;
    wanted(text, getComputedStyle(element).color, ground(element), `text ${told(element)}`);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (!seen(field)) continue;
    const style = getComputedStyle(field);
    wanted(text, style.color, ground(field), "text of the field");
    for (const side of ["Top", "Right", "Bottom", "Left"] as const) {
      if (style[`border${side}Style`] !== "solid" || Number.parseFloat(style[`border${side}Width`]) < 1)
        found.add(`border of the field, ${side}: not drawn`);
      wanted(shape, style[`border${side}Color`], ground(field, true), `border of the field, ${side}`);
    }
  }
  for (const button of document.querySelectorAll("button, a, [role=button]")) {
    const style = getComputedStyle(button);
    const edged = style.borderBottomStyle === "solid" && Number.parseFloat(style.borderBottomWidth) >= 1;
    const filled = parsed(style.backgroundColor)[3] > 0;
    if (!seen(button) || !(edged || filled)) continue;
    const around = ground(button, true);
    const best = Math.max(
      edged ? ratio(parsed(style.borderBottomColor), around) : 0,
      filled ? ratio(ground(button), around) : 0,
    );
    if (best < shape - 0.005) found.add(`shape of ${told(button)}: ${best.toFixed(2)}:1, wanted ${shape}:1`);
    if (matchMedia("(forced-colors: active)").matches && !edged) found.add(`shape of ${told(button)}: no real border`);
  }
  for (const drawing of document.querySelectorAll("svg"))
    if (seen(drawing))
      wanted(
        shape,
        getComputedStyle(drawing).stroke,
        ground(drawing),
        `drawing in ${told(drawing.parentElement as Element)}`,
      );
  for (const dot of document.querySelectorAll(".dots i"))
    if (seen(dot)) wanted(shape, getComputedStyle(dot).backgroundColor, ground(dot.parentElement), "spinner");
  return [...found];
}

/** Fields, buttons, links and the document itself: names, sizes, and that nothing a person brings is refused. */
export function controls(): string[] {
  const found: string[] = [];
  const seen = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const plain = (text: string | null | undefined) => (text ?? "").replace(/\s+/g, " ").trim().toLowerCase();
  for (const field of document.querySelectorAll<HTMLInputElement>("input:not([type=hidden])")) {
    if (!seen(field)) continue;
    if (![...(field.labels ?? [])].some((label) => seen(label) && plain(label.textContent)))
      found.push("field: no visible label (3.3.2)");
    if (field.placeholder) found.push("field: a placeholder (3.3.2)");
    if (field.autocomplete !== "one-time-code") found.push(`field: autocomplete is "${field.autocomplete}" (1.3.5)`);
    if (field.type !== "text" || field.maxLength >= 0) found.push("field: cuts what is pasted (3.3.8)");
    const brought = [
      new ClipboardEvent("paste", { bubbles: true, cancelable: true }),
      new InputEvent("beforeinput", { bubbles: true, cancelable: true, inputType: "insertFromPaste", data: "482 913" }),
      new DragEvent("drop", { bubbles: true, cancelable: true }),
    ];
    for (const event of brought) if (!field.dispatchEvent(event)) found.push(`field: ${event.type} is blocked (3.3.8)`);
  }
  for (const control of document.querySelectorAll<HTMLElement>("a[href], button, summary, input:not([type=hidden])")) {
    if (!seen(control)) continue;
    const { width, height } = control.getBoundingClientRect();
    const name = plain(control.innerText || control.textContent) || control.id;
    if (width < 24 || height < 24) found.push(`target ${width.toFixed()} × ${height.toFixed()}: ${name} (2.5.8)`);
    // A link within a sentence is as high as its line.
    else if (
      height < (control.matches(".primary, .second") ? 48 : 44) &&
      getComputedStyle(control).display !== "inline"
    )
      found.push(`low, ${height} px: ${name}`);
    const said = control.getAttribute("aria-label");
    if (said !== null && !plain(said).includes(plain(control.innerText)))
      found.push(`name "${said}" lacks what is seen: ${name} (2.5.3)`);
    if (control.tabIndex > 0 || control.accessKey) found.push(`order or key of its own: ${name} (2.4.3, 2.1.4)`);
  }
  const viewport = document.querySelector<HTMLMetaElement>("meta[name=viewport]")?.content ?? "";
  if (!viewport.includes("width=device-width") || /user-scalable|maximum-scale/.test(viewport))
    found.push(`viewport: ${viewport} (1.4.4)`);
  const { lang, dir } = document.documentElement;
  if (!lang || dir !== (lang === "ar" ? "rtl" : "ltr")) found.push(`document: lang "${lang}", dir "${dir}" (3.1.1)`);
  if (document.querySelectorAll("h1").length !== 1 || document.querySelectorAll("main").length !== 1)
    found.push("document: not one main with one heading (1.3.1)");
  return found;
}

/** The ring of what has the focus: two pixels, 3:1 to what is around it, in the window and not covered (2.4.7, 2.4.11). */
export function ring(): string[] {
  const focused = document.activeElement as HTMLElement;
  const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = getComputedStyle(focused);
  const name = focused.innerText?.trim().slice(0, 40) || focused.id;
  const found: string[] = [];
  const luminance = (css: string) => {
    const [r = 0, g = 0, b = 0] = (css.match(/[\d.]+/g) ?? []).map((value) => {
      const share = Number(value) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let around = focused.parentElement as HTMLElement;
  while (getComputedStyle(around).backgroundColor === "rgba(0, 0, 0, 0)" && around.parentElement)
    around = around.parentElement;
  const [low = 0, high = 0] = [luminance(outlineColor), luminance(getComputedStyle(around).backgroundColor)].sort(
    (a, b) => a - b,
  );
  const ratio = (high + 0.05) / (low + 0.05);
  if (outlineStyle === "none" || Number.parseFloat(outlineWidth) < 2) found.push(`no ring: ${name}`);
  else if (ratio < 3) found.push(`ring ${ratio.toFixed(2)}:1: ${name}`);
  // Further out than the element, so that both its neighbours are what is around.
  else if (Number.parseFloat(outlineOffset) < 1) found.push(`ring on the element: ${name}`);
  const { left, right, top, bottom } = focused.getBoundingClientRect();
  if (left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5)
    found.push(`out of the window: ${name}`);
  const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (!there || !(focused.contains(there) || there.contains(focused))) found.push(`covered: ${name}`);
  return found;
}
