// Every page that a role's menu offers, and the first things behind it: usable
// by everybody, at both sizes, with nothing from elsewhere.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { leaks, office, sideways, sizes, violations } from "./lib.mjs";

let tepat;
before(async () => { tepat = await office(); });
after(async () => { await tepat?.close(); });

const roles = ["kepala", "kabid", "verifikator", "operator", "desa", "tksk", "bendahara", "penyalur", "inspektorat", "admin"];

// A page is tested once, by the first role that reaches it; identifiers do not
// make another page.
const seen = new Set();
const kind = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\/\d+(?=\/|$)/g, "*").replace(/\?.*/, "");

// offered lists the addresses of the menu and what their pages link to, two
// steps deep, that no role before has reached.
async function offered(page) {
  const found = new Map();
  const note = (links) => links.filter((h) => !/ekspor|\/sk$|\.(xlsx|csv|json|txt|pdf)|keluar$/.test(h) && !seen.has(kind(h)))
    .forEach((h) => { seen.add(kind(h)); found.set(kind(h), h); });
  const menu = await page.$$eval("nav a[href^='/']", (links) => links.map((a) => a.getAttribute("href")));
  note(menu);
  let round = [...new Set([...menu, "/akun", "/bantuan"])];
  for (let depth = 0; depth < 3; depth++) {
    const next = [];
    for (const href of round) {
      const answer = await page.goto(href);
      if (answer.status() >= 400) continue;
      const inner = await page.$$eval("main a[href^='/']", (links) => links.map((a) => a.getAttribute("href")));
      const before = found.size;
      note(inner);
      next.push(...[...found.values()].slice(before));
    }
    round = next;
  }
  return [...found.values()];
}

for (const role of roles) {
  test(`pages of ${role}`, async (t) => {
    const scout = await tepat.as(role);
    const paths = ["/beranda", ...await offered(scout)];
    await scout.context().close();
    for (const size of sizes) {
      const page = await tepat.as(role, size);
      for (const path of paths) {
        await t.test(`${kind(path)} on a ${size.name}`, async () => {
          const answer = await page.goto(path);
          assert.ok(answer.status() < 400, `${path} answers ${answer.status()}`);
          assert.equal(await leaks(page), null, "a number of 16 digits is shown");
          assert.deepEqual(await violations(page), []);
          assert.ok((await sideways(page)) <= 0, "the page scrolls sideways");
          assert.deepEqual(page.problems.splice(0), []);
        });
      }
      await page.context().close();
    }
  });
}

test("the first load is light, the next ones lighter", async () => {
  const page = await tepat.as(null);
  let bytes = 0, requests = 0;
  page.on("response", async (r) => {
    requests++;
    const length = Number(r.headers()["content-length"] ?? 0);
    bytes += length || gzipSync(await r.body().catch(() => Buffer.alloc(0))).length;
  });
  await page.goto("/masuk", { waitUntil: "networkidle" });
  assert.ok(bytes <= 100 * 1024, `the first page weighs ${bytes} bytes`);
  assert.ok(requests <= 6, `the first page takes ${requests} requests`);
  const home = await tepat.as("kepala");
  const html = gzipSync(Buffer.from(await (await home.goto("/beranda")).body())).length;
  assert.ok(html <= 20 * 1024, `Beranda weighs ${html} bytes compressed`);
});

test("everything works by keyboard: search from any page", async () => {
  const page = await tepat.as("operator");
  await page.goto("/beranda");
  await page.keyboard.press("/");
  await page.keyboard.type("siti");
  await page.keyboard.press("Enter");
  await page.waitForLoadState();
  assert.match(await page.innerText("main"), /siti/i);
  assert.ok(!page.url().includes("siti"), "what was searched for stands in the address");
});

test("a stranger is sent to the log-in", async () => {
  const page = await tepat.as(null);
  for (const path of ["/beranda", "/keluarga", "/audit", "/penyaluran", "/pengguna"]) {
    await page.goto(path);
    assert.match(new URL(page.url()).pathname, /^\/masuk/);
  }
});
