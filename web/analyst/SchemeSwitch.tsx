/** Light, dark, or as the device says; remembered on this device. */
import { useEffect, useState } from "preact/hooks";

const SCHEMES = ["auto", "light", "dark"] as const;
type Scheme = (typeof SCHEMES)[number];
const KEPT = "ringfence.scheme";

function kept(): Scheme {
  const said = localStorage.getItem(KEPT);
  return SCHEMES.find((scheme) => scheme === said) ?? "auto";
}

/** A choice of three; nothing else is kept on the device. */
export function SchemeSwitch() {
  const [scheme, setScheme] = useState<Scheme>(kept);
  useEffect(() => {
    document.documentElement.dataset.scheme = scheme;
    localStorage.setItem(KEPT, scheme);
  }, [scheme]);
  return (
    <label class="scheme">
      <span class="unseen">Appearance</span>
      <select value={scheme} onChange={(event) => setScheme(event.currentTarget.value as Scheme)}>
        <option value="auto">Auto</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
