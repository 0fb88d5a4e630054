const PATHS = {
  alert: "M12 7.5v5.5M12 16.4v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  shield: "M12 3 5 5.8v5.4c0 4.4 2.9 8 7 9.8 4.1-1.8 7-5.4 7-9.8V5.8L12 3ZM9 12l2.1 2.1L15 10.2",
  check: "M5 12.5 10 17.5 19.5 7",
  phone: "M6 3.5h3l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5v3a2 2 0 0 1-2 2A15.5 15.5 0 0 1 4 5.5a2 2 0 0 1 2-2Z",
  store: "M4 10v9.5h16V10M3 9.5 5 4h14l2 5.5M3 9.5a3 3 0 0 0 6 0 3 3 0 0 0 6 0 3 3 0 0 0 6 0M10 19.5V15h4v4.5",
  basket: "M4 9.5h16l-1.5 10h-13L4 9.5ZM8 9.5 11 4M16 9.5 13 4",
  number: "M7 3h10v18H7zM10.5 18h3M4 4l16 16",
  more: "m8 10 4 4 4-4",
} as const;

/** A drawing beside words that already say it, hence hidden from the tree. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
