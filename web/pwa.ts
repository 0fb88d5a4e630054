/** Registers the service worker: after the page is usable, in its own tab only, and never in the way of anything. */

const SCRIPT = "/sw.js";
/** Filled in by the build: where `workbox-window` lies. Imported by address, as the bundler's own loader is 0.7 kB. */
declare const WORKBOX: string;

/**
 * Registers `/sw.js` once the page is loaded and idle. In a frame, or where storage is refused, it does nothing; no
 * failure is ever seen. An install prompt in the middle of a checkout is swallowed.
 */
export function keepReady(): void {
  addEventListener("beforeinstallprompt", (event) => event.preventDefault());
  if (window.top !== window || !("serviceWorker" in navigator)) return;
  const idle = (run: () => void) =>
    "requestIdleCallback" in window ? requestIdleCallback(run) : setTimeout(run, 1000);
  const later = () => idle(() => void register().catch(() => {}));
  if (document.readyState === "complete") later();
  else addEventListener("load", later, { once: true });
}

async function register(): Promise<void> {
  // Throws where the browser refuses storage; a worker that cannot keep anything is of no use.
  await caches.has("");
  const { Workbox }: typeof import("workbox-window") = await import(/* @vite-ignore */ WORKBOX);
  await new Workbox(scriptUrl()).register();
}

/** Under Trusted Types registering is a sink: one policy, and one script it lets through. */
function scriptUrl(): string {
  const { trustedTypes } = window as { trustedTypes?: Policies };
  const policy = trustedTypes?.createPolicy("ringfence", {
    createScriptURL(url) {
      if (url !== SCRIPT) throw new TypeError("only the service worker");
      return url;
    },
  });
  return policy?.createScriptURL(SCRIPT) ?? SCRIPT;
}

/** The part of Trusted Types that is used here; not in TypeScript's DOM library. */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}
