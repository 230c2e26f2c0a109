import { chromium } from "playwright-core";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const errors = [];
async function open(file, hash, options) {
  const page = await browser.newPage(options);
  page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
  page.on("pageerror", (e) => errors.push(String(e)));
  await page.goto(`file://${file}${hash}`);
  return page;
}
const shot = async (page, name) => page.locator("#decide").screenshot({ path: `/tmp/decide-${name}.png` });
let p = await open("/tmp/dec-sample/report.html", "#decide?need=browser,resumption&w=latency:3,memory:2,nonsense:4", { viewport: { width: 1280, height: 900 } });
await p.waitForTimeout(500);
console.log("scroll", await p.evaluate(() => [scrollY, document.getElementById("decide").getBoundingClientRect().top]));
await shot(p, "wide");
console.log(await p.locator(".decide-answer").textContent());
await p.locator("#decide-bandwidth").focus();
await p.keyboard.press("ArrowRight"); await p.keyboard.press("ArrowRight");
await p.waitForTimeout(800);
console.log("url", p.url(), await p.locator(".decide-link a").getAttribute("href"));
console.log(await p.evaluate(() => { const t = performance.now(); document.querySelector("#decide-cpu").dispatchEvent(new Event("input", {bubbles: true})); return performance.now() - t; }));
await p.close();
p = await open("/tmp/dec-all/report.html", "", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
console.log("overflow", await p.evaluate(() => document.documentElement.scrollWidth));
await p.locator("[value=offline]").check(); await p.waitForTimeout(500);
await shot(p, "phone"); console.log(p.url(), await p.locator(".decide-answer").textContent());
await p.close();
console.log("errors", errors);
await browser.close();
