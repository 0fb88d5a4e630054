import type { Given } from "./given.ts";

/** The brand's band with its logo; not a link while a verification is open. */
export function Header({ brand }: { brand: Given["brand"] }) {
  const { light, dark, width, height } = brand.logo;
  return (
    <header class={`top ${brand.header}`}>
      <picture>
        {dark && <source srcset={dark} media="(prefers-color-scheme: dark)" />}
        <img src={light} alt={brand.name} width={width} height={height} />
      </picture>
    </header>
  );
}

/** Support, legal pages and the language switch: the same in every view. */
export function Footer({ given }: { given: Given }) {
  const { brand, locale, texts } = given;
  const { imprint, privacy, terms, accessibilityInfo } = brand.legal;
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
        <a href={`tel:${brand.phone.replaceAll(" ", "")}`}>
          <bdi dir="ltr">{brand.phone}</bdi>
        </a>
        <span class="hours">{brand.hours}</span>
      </p>
      {brand.locales.length > 1 && (
        <nav aria-label={texts.language}>
          {brand.locales.map(({ tag, name }) => (
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
