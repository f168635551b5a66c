// node page.mjs CHROMIUM PAGE PDF: how a survey's page behaves in a browser, as one JSON object on stdout; what fails is told on stderr.
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [chromium, file, pdf] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MOST = 24; // citations that each way of opening is tried on, spread over the page
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const figures = { bytes: statSync(file).size, requests: 0, errors: 0, axe_serious: 0, axe_any: 0 };
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const say = (...words) => console.error(...words);

const opened = async (view, { script = true, axed = false, scheme = "light" } = {}) => {
  const page = await browser.newPage();
  page.on("request", (request) => {
    if ([pathToFileURL(file).href, "data:,"].includes(request.url().replace(/#.*/, ""))) return;
    figures.requests++;
    say("request", request.url());
  });
  page.on("pageerror", (error) => { figures.errors++; say("error", error.message); });
  page.on("console", (line) => { if (line.type() === "error") { figures.errors++; say("console", line.text()); } });
  if (axed) await page.setBypassCSP(true); // to bring axe in; the page is checked without it in all other tests
  await page.setJavaScriptEnabled(script);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport(view);
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  return page;
};
const WIDE = { width: 1280, height: 900 }, PHONE = { width: 390, height: 800, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

// ---- axe, in both schemes and on both screens; then with a card open
for (const view of [WIDE, PHONE]) for (const scheme of ["light", "dark"]) {
  const page = await opened(view, { axed: true, scheme });
  await page.evaluate(axe);
  for (const open of [false, true]) {
    if (open) await page.evaluate(() => document.querySelector("main button.cite")?.click());
    const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.map(({ id, impact, nodes }) => [id, impact, nodes.length, nodes[0].html.slice(0, 160)]));
    for (const fault of found) say("axe", scheme, view.width, ...fault);
    figures.axe_any += found.length;
    figures.axe_serious += found.filter(([, impact]) => impact === "serious" || impact === "critical").length;
  }
  await page.close();
}

// ---- cards: open, whole on the screen, beside their citation and not over it
const state = (page, mark) => page.evaluate((mark) => {
  const card = document.getElementById(mark.getAttribute("popovertarget"));
  const open = card.matches(":popover-open"), box = card.getBoundingClientRect(), own = mark.getBoundingClientRect();
  const whole = box.left >= 0 && box.top >= 0 && box.right <= innerWidth + .5 && box.bottom <= innerHeight + .5 && box.height > 40;
  const apart = box.top >= own.bottom - .5 || box.bottom <= own.top + .5 || box.left >= own.right || box.right <= own.left;
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  return { open, seen: open && whole && apart && getComputedStyle(card).visibility === "visible", middle, others: document.querySelectorAll(".card:popover-open").length };
}, mark);
const marksOf = async (page) => {
  const all = [];
  for (const mark of await page.$$("main button.cite")) if (await mark.evaluate((mark) => mark.checkVisibility())) all.push(mark); // not in what is folded
  const step = Math.max(1, all.length / MOST);
  return Array.from({ length: Math.min(MOST, all.length) }, (_, nth) => all[Math.floor(nth * step)]);
};
const to = (mark, place) => mark.evaluate((mark, block) => mark.scrollIntoView({ block, behavior: "instant" }), place);
const PLACES = ["center", "start", "end"];

const mouse = async (page, mark, nth) => {
  await page.mouse.move(2, 2);
  await to(mark, PLACES[nth % 3]);
  const spot = await mark.clickablePoint();
  await page.mouse.move(spot.x, spot.y); // only crossing it opens nothing
  await wait(60);
  await page.mouse.move(2, 2);
  await wait(350);
  if ((await state(page, mark)).open) return "crossing opens it";
  await page.mouse.move(spot.x, spot.y);
  await wait(400);
  const shown = await state(page, mark);
  if (!shown.seen) return "pointing does not show it " + JSON.stringify(shown);
  await page.mouse.move(...shown.middle, { steps: 4 });
  await wait(600);
  if (!(await state(page, mark)).open) return "it does not stay while the mouse is on it";
  await page.mouse.move(spot.x, spot.y, { steps: 4 });
  await page.keyboard.press("Escape");
  await wait(500);
  if ((await state(page, mark)).open) return "Esc does not close it";
  await page.mouse.move(2, 2);
  await wait(50);
  await page.mouse.move(spot.x, spot.y);
  await wait(400);
  await page.mouse.move(2, 2);
  await wait(500);
  return (await state(page, mark)).others ? "it stays when the mouse has left" : "";
};
const keyboard = async (page, mark, nth) => {
  await to(mark, PLACES[nth % 3]);
  await mark.evaluate((mark) => {
    const all = [...document.querySelectorAll("a[href], button, summary, [tabindex='0'], input")].filter((place) => place.checkVisibility());
    all[all.indexOf(mark) - 1].focus();
  });
  await page.keyboard.press("Tab");
  await wait(80);
  if (!(await mark.evaluate((mark) => mark === document.activeElement))) return "Tab does not reach it";
  if (!(await state(page, mark)).seen) return "Tab does not show it " + JSON.stringify(await state(page, mark));
  await page.keyboard.press("Enter");
  await wait(50);
  if (!(await state(page, mark)).seen) return "Enter does not keep it";
  await page.keyboard.press("Tab");
  const inside = await mark.evaluate((mark) => document.getElementById(mark.getAttribute("popovertarget")).contains(document.activeElement));
  if (!inside) return "Tab does not lead into it";
  await page.keyboard.press("Escape");
  await wait(50);
  if ((await state(page, mark)).open) return "Esc does not close it";
  return (await mark.evaluate((mark) => mark === document.activeElement)) ? "" : "the focus does not come back";
};
const touch = async (page, mark, nth) => {
  await to(mark, PLACES[nth % 3]);
  await wait(80);
  const spot = await mark.clickablePoint();
  await page.touchscreen.tap(spot.x, spot.y);
  await wait(80);
  const shown = await state(page, mark);
  if (!shown.seen) return "a tap does not show it " + JSON.stringify(shown);
  await page.touchscreen.tap(3, shown.middle[1] > 400 ? 60 : 780);
  await wait(80);
  return (await state(page, mark)).others ? "a tap elsewhere does not close it" : "";
};
const click = async (page, mark, nth) => {
  await to(mark, PLACES[nth % 3]);
  const spot = await mark.clickablePoint();
  await page.mouse.click(spot.x, spot.y);
  await wait(60);
  const shown = await state(page, mark);
  await page.keyboard.press("Escape");
  return !shown.seen ? "a click does not show it " + JSON.stringify(shown) : (await state(page, mark)).open ? "Esc does not close it" : "";
};
const tried = async (name, view, way, options) => {
  const page = await opened(view, options);
  const marks = await marksOf(page);
  figures[name] = 0;
  for (const [nth, mark] of marks.entries()) {
    const fault = await way(page, mark, nth);
    if (fault) say(name, nth, await mark.evaluate((mark) => mark.textContent), fault);
    else figures[name]++;
  }
  await page.close();
  return marks.length;
};
figures.cards_tried = await tried("cards_by_mouse", WIDE, mouse);
await tried("cards_by_keyboard", WIDE, keyboard);
figures.cards_tried_by_touch = await tried("cards_by_touch", PHONE, touch);
await tried("cards_without_script", WIDE, click, { script: false });

// ---- search, the width of a phone, print
const page = await opened(WIDE);
const found = await page.evaluate(async () => {
  const box = document.querySelector("#find"), words = document.querySelectorAll(".claim")[5]?.textContent.match(/\p{L}{6,}/gu) ?? [""];
  box.value = words[Math.floor(words.length / 2)];
  const begun = performance.now();
  box.dispatchEvent(new Event("input"));
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  const here = document.querySelector(".here")?.getBoundingClientRect();
  return { ms: performance.now() - begun, hits: document.querySelectorAll(".hit").length, there: here && here.top >= 0 && here.top < innerHeight };
});
figures.search_ms = Math.round(found.ms);
figures.search_finds = Number(found.hits > 0 && found.there);
await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: false });
await page.close();
const phone = await opened(PHONE);
figures.phone_too_wide = await phone.evaluate(() => document.documentElement.scrollWidth - 390);
await browser.close();
console.log(JSON.stringify(figures));
