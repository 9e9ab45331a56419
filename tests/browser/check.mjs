// Opens pages of the program in headless Chromium, in three widths: no console message, no request but the page itself, no breach
// of its policy, nothing wider than the window, nothing serious in the eyes of axe-core.
//
//   node tests/browser/check.mjs PACKAGES CHROMIUM [--shots DIR] PAGE.html…
//
// PACKAGES is the folder in which `npm ci` installed what package.json names. --shots keeps a picture of each page in each width,
// of it in the dark and on paper (PDF), for people to look at.
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, chromium, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest.splice(0, 2)[1] : undefined;
const require = createRequire(resolve(packages, "package.json"));
const { chromium: browserType } = require("playwright-core");
const axe = require("axe-core");

const WIDTHS = [360, 768, 1280];
const HEIGHT = 900;
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How wide the page is, and what reaches out of the window; what only a screen reader sees is cut off where it stands. */
function widest(page) {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const reaches = (one) => !one.closest(".hidden") && one.getBoundingClientRect().right > room + 1;
    const wide = [...document.querySelectorAll("body *")].filter(reaches).slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
    return { room, scroll: document.documentElement.scrollWidth, wide };
  });
}

/** What is wrong with one page in one width, a sentence each. */
async function look(browser, file, width, colorScheme) {
  const wrong = [];
  const url = pathToFileURL(resolve(file)).href;
  const context = await browser.newContext({ viewport: { width, height: HEIGHT }, colorScheme });
  const page = await context.newPage();
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url) wrong.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  for (const folded of [true, false]) {
    if (!folded) {
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    }
    const overflow = await widest(page);
    if (overflow.scroll > overflow.room || overflow.wide.length > 0) {
      wrong.push(`wider than the window: ${JSON.stringify(overflow)}`);
    }
    if (!folded) {
      // Once, with everything folded out: what is folded is part of it.
      await page.evaluate(axe.source);
    }
    const { violations } = folded ? { violations: [] } : await page.evaluate(() => globalThis.axe.run());
    for (const violation of violations.filter(({ impact }) => impact === "serious" || impact === "critical")) {
      wrong.push(`axe: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)} (${violation.nodes.length})`);
    }
    if (shots) {
      const name = `${basename(file, ".html")}-${width}-${colorScheme}${folded ? "" : "-open"}.png`;
      await page.screenshot({ path: join(shots, name), fullPage: true });
    }
  }
  await context.close();
  return wrong.map((text) => `${basename(file)}, ${width} px, ${colorScheme}: ${text}`);
}

/** A page that breaks every promise: a test that does not see it proves nothing. */
const BREACH = `data:text/html,<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>x</title></head><body><img src="http://127.0.0.1:9/x"><p style="color:red">x</p><p>${"x".repeat(2000)}</p><script>1</script></body></html>`;

async function seesBreaches(browser) {
  const context = await browser.newContext({ viewport: { width: 360, height: HEIGHT } });
  const page = await context.newPage();
  const messages = [];
  page.on("console", (message) => messages.push(message.text()));
  await page.goto(BREACH);
  const { scroll, room } = await widest(page);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  await context.close();
  return messages.length >= 3 && scroll > room && violations.some(({ id }) => id === "html-has-lang");
}

let failed = 0;
if (shots) mkdirSync(shots, { recursive: true });
const browser = await browserType.launch({ executablePath: chromium, headless: true, args: quiet });
if (!(await seesBreaches(browser))) {
  console.log("a page that breaks every promise was not noticed");
  failed += 1;
}
for (const file of rest) {
  const wrong = [];
  for (const width of WIDTHS) wrong.push(...(await look(browser, file, width, "light")));
  wrong.push(...(await look(browser, file, WIDTHS[2], "dark")));
  for (const line of wrong) console.log(line);
  failed += wrong.length > 0 ? 1 : 0;
  if (shots) {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(resolve(file)).href);
    await page.pdf({ path: join(shots, `${basename(file, ".html")}.pdf`), preferCSSPageSize: true, printBackground: true });
    await page.close();
  }
}
await browser.close();
console.log(`   ${rest.length} pages in ${WIDTHS.length} widths and in the dark, ${failed} with something wrong`);
process.exit(failed > 0 ? 1 : 0);
