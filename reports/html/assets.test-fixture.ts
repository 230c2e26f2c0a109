import { readFileSync } from "node:fs";
import type { HtmlAssets } from "./document.ts";

/** Pages without their part in the browser, for tests of what is written. */
export const bare: HtmlAssets = { client: () => ({ script: "/* script */", style: "" }) };

/** Pages with what `npm run build` made of client/. */
export const built: HtmlAssets = {
  client: (page) => ({
    script: readFileSync(`dist/reports/html/client/${page}.js`, "utf8"),
    style: readFileSync(`dist/reports/html/client/${page}.css`, "utf8"),
  }),
};
