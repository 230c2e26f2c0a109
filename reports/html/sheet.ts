import { documentOf, type HtmlAssets } from "./document.ts";
import { type Html, html } from "./html.ts";

/** A page in the looks of the report, of one file that asks nothing of a network. */
export function sheet(
  {
    title,
    head,
    main,
    foot,
  }: Readonly<Record<"title" | "foot", string>> & Readonly<Record<"head" | "main", Html>>,
  assets: HtmlAssets,
): string {
  const body = html`<header><button id="theme" type="button" hidden>Dark or light</button>
<h1>${title}</h1>
${head}
</header>
<main>
${main}
</main>
<footer>${foot}</footer>`;
  return documentOf(title, "sheet", body, assets);
}
