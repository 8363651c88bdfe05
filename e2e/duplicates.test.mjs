// Suspected duplicates: ten pairs decided without a mouse, a second person, two
// people at one pair, and the same without script.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { leaks, main, office, sideways, sizes, violations } from "./lib.mjs";

const root = "/validasi/ganda";
const wanted = 16; // pairs that the tests below use up, and some to spare

let tepat;
before(async () => {
  tepat = await office({ people: 6000 });
  await suspect();
});
after(async () => { await tepat?.close(); });

// suspect lowers the threshold of the registry until the search asks about
// enough pairs: the invented people are entered once each.
async function suspect() {
  const page = await tepat.as("kabid");
  for (const look of ["8", "4", "1"]) {
    await page.goto(root + "/mutu");
    await page.locator("details:has(form[action$=ambang]) summary").click();
    await page.selectOption("#source", "registry");
    await page.fill("#same_weight", "28");
    await page.fill("#look_weight", look);
    await page.fill("#reason", "uji layar");
    await page.locator("form[action$=ambang] button").click();
    await page.getByText("disimpan").waitFor();
    await page.goto(root);
    await page.getByRole("button", { name: "Cari di seluruh data" }).click();
    await page.waitForURL(root);
    for (let n = 0; n < 60 && !/Pencarian terakhir/.test(await main(page)); n++) {
      await page.waitForTimeout(500);
      await page.goto(root + "?antrean=semua");
    }
    if (await counted(page, "Semua") >= wanted) break;
  }
  await page.goto(root + "?antrean=semua");
  assert.ok(await counted(page, "Semua") >= wanted, "the search asks about too few pairs");
  await page.context().close();
}

// counted reads the figure of a tab.
const counted = (page, name) => page.locator("nav a, ul a", { hasText: new RegExp("^" + name) }).first().innerText()
  .then((text) => Number(text.replace(/\D/g, "")));

const current = (page) => page.locator(".queue ol a[aria-current]").getAttribute("href").then((href) => href.replace(/\?.*/, ""));
const pathOf = (page) => new URL(page.url()).pathname;
const status = (page) => page.locator(".strip").first();

// start goes from the list to its first pair with the keyboard.
async function start(page, query = "?antrean=semua") {
  await page.goto(root + query);
  for (let n = 0; n < 100; n++) {
    await page.keyboard.press("Tab");
    if (/^Mulai dari/.test(await page.evaluate(() => document.activeElement.innerText))) break;
  }
  await Promise.all([page.waitForURL(/ganda\/[0-9a-f]/), page.keyboard.press("Enter")]);
}

// press decides with a key and waits for the pair that follows and for the word
// about the one before. A row that its file does not let in comes back with the
// reason above it, and is then put off. Returns the pair and the key that held.
async function press(page, key) {
  const before = pathOf(page);
  await page.keyboard.press(key);
  await page.waitForFunction((p) => location.pathname !== p || document.querySelector(".strip.bad"), before)
    .catch(async () => assert.fail(`${key} leads nowhere from ${before}: ${await main(page)}`));
  await status(page).waitFor();
  if (pathOf(page) !== before) return { pair: before, key };
  assert.match(await status(page).innerText(), /belum bisa masuk|milik keluarga lain/);
  await page.waitForTimeout(400);
  return press(page, "s");
}

test("ten pairs with the keyboard alone", async () => {
  const page = await tepat.as("verifikator");
  await start(page);
  const born = () => page.evaluate(() => performance.timeOrigin);
  const { pair: first } = await press(page, "3");
  assert.match(await status(page).innerText(), /menunggu cek lapangan/);

  await page.keyboard.press("u");
  await page.waitForURL((u) => u.pathname === first);
  assert.match(await status(page).innerText(), /ditarik/);

  const seen = new Set();
  let decided = 0;
  for (const key of ["1", "s", "2", "3", "2", "2", "3", "s", "2", "3"]) {
    await page.waitForTimeout(400); // people read before they decide
    // A merge may have overtaken the pair that was fetched before it.
    while (!await page.locator("form[data-verdict]").count()) await Promise.all([page.waitForNavigation(), page.keyboard.press("s")]);
    const ahead = await page.locator("[data-ahead]").count(), whole = await born();
    const done = await press(page, key);
    if (ahead && done.key === key) assert.equal(await born(), whole, "the next pair was loaded as a page of its own");
    assert.ok(!seen.has(done.pair), `${done.pair} came twice`);
    seen.add(done.pair);
    assert.equal(await current(page), pathOf(page), "the queue marks another pair");
    if (done.key === "s") assert.match(await status(page).innerText(), /dilewati sampai besok/);
    else decided++;
  }
  assert.ok(decided >= 4, `only ${decided} verdicts held`);

  const here = pathOf(page);
  await page.keyboard.press("j");
  await page.waitForURL((u) => u.pathname !== here);
  await page.keyboard.press("k");
  await page.waitForURL((u) => u.pathname === here);
  await page.keyboard.press("?");
  assert.ok(await page.getByText("urungkan yang terakhir").isVisible());
  await page.keyboard.press("Escape");
  assert.ok(!await page.getByText("urungkan yang terakhir").isVisible());
  await page.goto(root + "?antrean=selesai");
  assert.equal(await counted(page, "Selesai hari ini"), decided);
  assert.deepEqual(page.problems.splice(0), []);
  await page.context().close();
});

test("a second person confirms with the keyboard", async () => {
  const page = await tepat.as("kabid");
  await start(page, "?antrean=kedua");
  const at = pathOf(page);
  assert.match(await main(page), /menyatakan orang yang sama/);
  await page.keyboard.press("1");
  await page.waitForFunction((p) => location.pathname !== p, at);
  assert.match(await status(page).innerText(), /digabung|masuk/);
  assert.deepEqual(page.problems.splice(0), []);
  await page.context().close();
});

test("others see who looks at a pair, and a verdict that comes too late returns", async () => {
  const one = await tepat.as("verifikator");
  await start(one);
  const at = pathOf(one);
  const two = await tepat.as("kabid");
  await two.goto(at);
  assert.match(await main(two), /Sedang ditinjau/);
  await two.context().close();

  // The same officer at another machine is quicker: here the pair comes back.
  const other = await tepat.as("verifikator");
  await other.goto(at + "?antrean=semua");
  await one.waitForTimeout(400);
  await press(other, "2");
  await one.keyboard.press("3");
  await one.waitForFunction((p) => location.pathname === p && /diubah|diputuskan/.test(document.querySelector("main").innerText), at);
  assert.deepEqual(one.problems.splice(0), []);
  await one.context().close();
  await other.context().close();
});

test("letter keys can be switched off", async () => {
  const page = await tepat.as("verifikator");
  await start(page);
  const at = pathOf(page);
  await page.locator("details.me summary").click();
  await page.locator("[data-toggle-keys]").click();
  await page.locator("h1").click();
  for (const key of ["2", "s", "j"]) await page.keyboard.press(key);
  await page.waitForTimeout(500);
  assert.equal(pathOf(page), at);
  assert.ok(!await page.locator("kbd").first().isVisible());
  await page.context().close();
});

test("without script", async () => {
  const page = await tepat.as("verifikator", sizes[0], { javaScriptEnabled: false });
  await page.goto(root + "?antrean=semua");
  await page.getByRole("link", { name: "Mulai dari yang teratas" }).click();
  const at = pathOf(page);
  await page.getByRole("button", { name: "Cek ke lapangan" }).click();
  assert.notEqual(pathOf(page), at);
  assert.match(await main(page), /menunggu cek lapangan/);
  await page.getByRole("button", { name: "Urungkan" }).click();
  assert.equal(pathOf(page), at);
  assert.match(await main(page), /ditarik/);
  await page.getByRole("button", { name: "Lewati" }).click();
  assert.match(await main(page), /dilewati sampai besok/);
  await page.context().close();
});

for (const size of sizes) {
  test(`usable by everybody on a ${size.name}`, async (t) => {
    const page = await tepat.as("kabid", size);
    await page.goto(root + "?antrean=semua");
    const pair = await page.getAttribute("main table tbody a", "href");
    const reviewer = await tepat.as("verifikator", size);
    for (const [who, path] of [[page, root + "?antrean=semua"], [page, root + "/mutu"], [page, root + "/mutu/model/bawaan"], [page, pair], [reviewer, pair]]) {
      await t.test(path.replace(/[0-9a-f-]{36}/, "*"), async () => {
        await who.goto(path);
        assert.equal(await leaks(who), null, "a number of 16 digits is shown");
        assert.deepEqual(await violations(who), []);
        assert.ok(await sideways(who) <= 0, "the page scrolls sideways");
        assert.deepEqual(who.problems.splice(0), []);
      });
    }
    const small = await reviewer.$$eval(".decide .button, .pills a", (all) => all.filter((el) => el.getBoundingClientRect().height < 44).map((el) => el.innerText));
    if (size.name === "phone") assert.deepEqual(small, [], "too small for a thumb");
    else {
      const rows = await reviewer.$$eval(".decide .button", (all) => new Set(all.map((el) => Math.round(el.getBoundingClientRect().top))).size);
      assert.equal(rows, 1, "the decision takes more than one row");
    }
    await page.context().close();
    await reviewer.context().close();
  });
}

test("the first load of a pair weighs at most 100 KB", async () => {
  const scout = await tepat.as("verifikator");
  await scout.goto(root + "?antrean=semua");
  const pair = await scout.getAttribute("main table tbody a", "href");
  const cookies = await scout.context().cookies();
  await scout.context().close();
  const page = await tepat.as(null);
  await page.context().addCookies(cookies);
  const net = await page.context().newCDPSession(page);
  await net.send("Network.enable");
  let bytes = 0;
  net.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
  await page.goto(pair, { waitUntil: "load" });
  assert.ok(bytes > 0 && bytes <= 100_000, `${bytes} bytes`);
  await page.context().close();
});
