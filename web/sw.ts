export {}; // a module of its own, or its `self` would clash with the page's

/**
 * The service worker of a brand's host: keeps the step's script and the offline page, nothing else. It never answers
 * for state, posts or the deny page, and never shows a stored step: an old amount or deadline would be a lie.
 */
declare const self: ServiceWorkerGlobalScope;
/** Filled in by the build: the step's hashed files, and a name that changes with any of them or with a brand pack. */
declare const FILES: readonly string[];
declare const VERSION: string;
/** The kill switch: a build with it ships a worker that takes itself and its caches away. */
declare const RETIRED: boolean;

const OFFLINE = "/offline";

async function fill(): Promise<void> {
  const cache = await caches.open(VERSION);
  const offline = await fetch(OFFLINE, { cache: "reload" });
  if (!offline.ok) throw new Error("no offline page");
  // The page itself names the brand's logo.
  const logos = (await offline.clone().text()).match(/\/assets\/brands\/[\w/.-]+\.svg/g) ?? [];
  await Promise.all([cache.put(OFFLINE, offline), cache.addAll([...new Set([...FILES, ...logos])])]);
}

async function tidy(): Promise<void> {
  const old = (await caches.keys()).filter((name) => RETIRED || name !== VERSION);
  await Promise.all(old.map((name) => caches.delete(name)));
  if (RETIRED) await self.registration.unregister();
  else await self.registration.navigationPreload?.enable();
}

self.addEventListener("install", (event) => event.waitUntil(RETIRED ? self.skipWaiting() : fill()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (RETIRED || request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (pathname.startsWith("/d/")) return;
    const network = async () => (await event.preloadResponse) ?? fetch(request);
    event.respondWith(network().catch(async () => (await caches.match(OFFLINE)) ?? Response.error()));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
