// What the browser tests share: a demo installation of its own, a browser, and
// checks that every page must pass.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const password = "contoh-tepat-2026";
export const sizes = [
  { name: "laptop", width: 1366, height: 768 },
  { name: "phone", width: 360, height: 740 },
];

// A browser that asks nobody on the network for anything.
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

/** office starts the program on an invented regency and resolves when it answers. */
export async function office({ people = 3000, args = [] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "tepat-e2e-"));
  const program = process.env.TEPAT_TEST_BINARY ?? join(import.meta.dirname, "..", "tepat");
  const child = spawn(program, ["run", "--quiet", "--data", join(folder, "data"), "--people", String(people), "--addr", "127.0.0.1:0", ...args],
    { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const base = await new Promise((resolve, reject) => {
    const look = (chunk) => {
      said += chunk;
      const m = said.match(/http:\/\/[\d.:]+/);
      if (m) resolve(m[0]);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", (chunk) => { said += chunk; });
    child.on("exit", (code) => reject(new Error(`the program ended with ${code}:\n${said}`)));
    child.on("error", reject);
  });
  const browser = await chromium.launch({ executablePath: process.env.TEPAT_TEST_CHROMIUM ?? "/usr/bin/chromium", headless: true, args: flags });
  return {
    base, browser, folder,
    /** as opens a fresh page, logged in as user, at a size. */
    async as(user, size = sizes[0], options = {}) {
      const context = await browser.newContext({ viewport: { width: size.width, height: size.height }, baseURL: base, locale: "id-ID", ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.problems = watch(page, base);
      if (user) {
        await page.goto("/masuk");
        await page.fill("input[name=username]", user);
        await page.fill("input[type=password]", password);
        await page.keyboard.press("Enter");
        await page.waitForURL((u) => !u.pathname.startsWith("/masuk"));
      }
      return page;
    },
    async close() {
      await browser.close();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// watch notes what no page may do: ask a foreign host, fail a script, break the policy.
function watch(page, base) {
  const problems = [];
  page.on("request", (r) => {
    const url = r.url();
    if (!url.startsWith(base) && !url.startsWith("data:") && !url.startsWith("blob:")) problems.push(`asks a foreign host: ${url}`);
    if (/\d{16}/.test(url)) problems.push("an address holds 16 digits");
  });
  page.on("pageerror", (e) => problems.push(`script: ${e.message}`));
  page.on("console", (m) => { if (m.type() === "error" && !/status of (401|403|404|409|422)/.test(m.text())) problems.push(`console: ${m.text()}`); });
  return problems;
}

/** violations runs axe-core and returns one line per violation. */
export async function violations(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  }));
  return result.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")})`);
}

/** sideways returns how far the page scrolls sideways, which must be nothing. */
export const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** leaks returns the first run of 16 digits anywhere in the page, or null. */
export const leaks = (page) => page.evaluate(() => (document.documentElement.outerHTML.match(/(?<!\d)\d{16}(?!\d)/) ?? [null])[0]);

/** main returns the text of the page's main part. */
export const main = (page) => page.innerText("main");
