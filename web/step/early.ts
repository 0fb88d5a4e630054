/// <reference lib="dom" />
// Runs in the head before the first paint; the build puts it inline. The listener must be up before the text
// message can arrive, so it is armed first, and only then is the message asked for.
(() => {
  const root = document.documentElement;
  const framed = window.top !== window;
  root.classList.add("js");
  if (framed) root.classList.add("framed");
  const { path, status } = root.dataset;
  const visible = document.visibilityState === "visible" && !(document as { prerendering?: boolean }).prerendering;
  if (!path || !visible) return;
  const abort = new AbortController();
  const key = crypto.randomUUID();
  const early: import("../webotp.ts").Early = { key, abort };
  (window as import("../webotp.ts").EarlyWindow).ringfence = early;
  const webotp = "OTPCredential" in window;
  if (webotp && (status === "created" || status === "sent")) {
    const request = { otp: { transport: ["sms"] }, signal: abort.signal } as CredentialRequestOptions;
    early.heard = navigator.credentials.get(request).then((found) => (found as { code?: string } | null)?.code ?? "");
    early.heard.catch(() => {}); // the bundle looks at it later; until then a refusal is not an unhandled one
  }
  // Of a code already sent (a resuming create) it asks for nothing new: it only ties the step to this browser.
  if (status !== "created" && status !== "sent") return;
  early.begin = () => {
    early.start = fetch(`${path}/start`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "idempotency-key": key },
      body: JSON.stringify({ framed, locale: root.lang, webotp }),
    });
    early.start.catch(() => {});
  };
  // In a frame the bundle asks, once the page around it has answered.
  if (!framed) early.begin();
})();
