import { scriptText } from "./embed.ts";
import { Html, html } from "./html.ts";
import { markerShapes } from "./marks.ts";

/** A page's part in the browser, as the build bundles it from client/: a classic script and a style sheet. */
export interface Client {
  readonly script: string;
  readonly style: string;
}

/** What a page needs from outside, since a report reads no file and imports no builtin. */
export interface HtmlAssets {
  client(page: "report" | "sheet"): Client;
  /** SHA-256 in base64. With it only the page's own script can run; without, the page still can't load anything. */
  readonly sha256?: (text: string) => string;
  /** Raw DEFLATE (RFC 1951) in base64, for the data of a page with many pictures. */
  readonly deflate?: (text: string) => string;
}

/** A page of one file that asks nothing of a network. */
export function documentOf(
  title: string,
  page: "report" | "sheet",
  body: Html,
  { client, sha256 }: HtmlAssets,
): string {
  const { script, style } = client(page);
  const text = scriptText(script);
  const source = sha256 ? `'sha256-${sha256(text)}'` : "'unsafe-inline'";
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${source}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${markerShapes()}
${body}
<script>${new Html(text)}</script>
</body>
</html>
`.markup;
}
