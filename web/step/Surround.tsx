import type { Surround } from "./given.ts";

/** The brand's band with its logo; not a link while a verification is open. */
export function Header({ of }: { of: Surround }) {
  const { light, dark, width, height } = of.logo;
  return (
    <header class={`top ${of.header}`}>
      <picture>
        {dark && <source srcset={dark} media="(prefers-color-scheme: dark)" />}
        <img src={light} alt={of.name} lang={of.lang} width={width} height={height} />
      </picture>
    </header>
  );
}

/** Support, legal pages and the language switch: the same in every view. */
export function Footer({ of }: { of: Surround }) {
  const { locale, texts } = of;
  const { imprint, privacy, terms, accessibilityInfo } = of.legal;
  const pages = [
    [imprint, texts.imprint],
    [privacy, texts.privacy],
    [terms, texts.terms],
    [accessibilityInfo, texts.accessibility],
  ] as const;
  return (
    <footer>
      <p>
        {texts.support}{" "}
        <a href={`tel:${of.phone.replaceAll(" ", "")}`}>
          <bdi dir="ltr">{of.phone}</bdi>
        </a>
        <span class="hours">{of.hours}</span>
      </p>
      {of.locales.length > 1 && (
        <nav aria-label={texts.language}>
          {of.locales.map(({ tag, name }) => (
            <a
              key={tag}
              href={`?lang=${tag}`}
              lang={tag}
              hreflang={tag}
              aria-current={tag === locale ? "true" : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
      )}
      <ul>
        {pages.map(([href, name]) => (
          <li key={href}>
            <a href={href}>{name}</a>
          </li>
        ))}
      </ul>
    </footer>
  );
}
