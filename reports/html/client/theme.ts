import { find } from "./dom.ts";

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Lets the reader switch the theme, and prints in the light one with every table open; `changed` is called whenever colours are others. */
export function followTheme(changed: () => void = () => undefined): void {
  dark.addEventListener("change", changed);
  const button = find(document, "#theme", HTMLButtonElement);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = shown === "dark" ? "light" : "dark";
    changed();
  });

  let theme: string | undefined;
  let folded: HTMLDetailsElement[] = [];
  const unfold = (open: boolean) => {
    for (const one of folded) one.open = open;
  };
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    folded = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    unfold(true);
    root.dataset.theme = "light";
    changed();
  });
  addEventListener("afterprint", () => {
    unfold(false);
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    changed();
  });
}

/** A colour of the style sheet as the theme has it now, in a form that a canvas understands. */
export function colorOf(name: `--${string}`): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
