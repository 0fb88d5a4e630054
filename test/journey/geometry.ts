/** Where things are in a page: functions that run there. */

/** What sticks out at the sides, is cut off, or lies over other words (WCAG 2.2 1.4.4, 1.4.10, 1.4.12). */
export function misplaced(): string[] {
  const { clientWidth: width, scrollWidth } = document.documentElement;
  const found = scrollWidth > width ? [`scrolls sideways: ${scrollWidth} in ${width}`] : [];
  const dialog = document.querySelector("dialog[open]");
  const seen = (element: Element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    // Behind a dialog nothing is to be read.
    if (dialog && !dialog.contains(element)) return false;
    for (let up: Element | null = element; up; up = up.parentElement)
      if (getComputedStyle(up).clipPath !== "none") return false;
    return true;
  };
  const lines: { text: string; node: Node; box: DOMRect }[] = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode;
    const text = node.nodeValue?.trim();
    if (!text || !node.parentElement || ["SCRIPT", "STYLE"].includes(node.parentElement.tagName)) continue;
    if (!seen(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue;
      if (box.left < -0.5 || box.right > width + 0.5) found.push(`outside: "${text}" ${box.left}..${box.right}`);
      lines.push({ text, node, box });
    }
    for (let up: Element | null = node.parentElement; up; up = up.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(up);
      if (up === document.body || (overflowX === "visible" && overflowY === "visible")) continue;
      const [all, frame] = [range.getBoundingClientRect(), up.getBoundingClientRect()];
      if (all.left < frame.left - 1 || all.right > frame.right + 1 || all.bottom > frame.bottom + 1)
        if (getComputedStyle(up).overflowY !== "auto") found.push(`cut off: "${text}"`);
    }
  }
  lines.forEach(({ text, node, box }, i) => {
    for (const other of lines.slice(i + 1)) {
      if (other.node === node) continue;
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      // Boxes of lines are higher than their letters.
      const height = Math.min(box.height, other.box.height);
      if (across > 1 && down > height * 0.5) found.push(`over each other: "${text}" and "${other.text}"`);
    }
  });
  for (const control of document.querySelectorAll("button, a[href], input:not([type=hidden]), summary, img")) {
    if (!seen(control)) continue;
    const { left, right } = control.getBoundingClientRect();
    if (left < -0.5 || right > width + 0.5) found.push(`outside: ${control.tagName} ${left}..${right}`);
    // A button that is too low for its words.
    if (control.scrollHeight > control.clientHeight + 2 && getComputedStyle(control).overflowY !== "visible")
      found.push(`cut off in ${control.tagName}: "${control.textContent}"`);
  }
  return [...new Set(found)];
}

/** All words that can be read, in order. */
export const readable = (): string => document.body.innerText.replace(/\s+/g, " ").trim();
