// What the officers do all day needs no mouse: two cases decided and one line
// handed over with the keyboard alone.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { office, sizes } from "./lib.mjs";

let tepat;
before(async () => { tepat = await office(); });
after(async () => { await tepat?.close(); });

const farthest = 200; // tab stops before we call a thing unreachable

// reach tabs until the thing in focus says what; what is in focus must be seen.
async function reach(page, what) {
  for (let n = 0; n < farthest; n++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const el = document.activeElement;
      const label = el.labels?.[0]?.innerText ?? el.getAttribute("aria-label") ?? el.innerText ?? "";
      const box = el.getBoundingClientRect();
      // A link that covers its row draws the ring around the row, in ::after.
      const ring = [undefined, "::after"].some((part) => getComputedStyle(el, part).outlineStyle !== "none");
      return { label: label.trim(), seen: box.width > 0 && box.height > 0, ring };
    });
    if (!what.test(focus.label)) continue;
    assert.ok(focus.seen, `${what} has the focus and cannot be seen`);
    assert.ok(focus.ring, `${what} has the focus and does not show it`);
    return;
  }
  assert.fail(`${what} cannot be reached with Tab`);
}

// follow presses Enter and waits for the page that comes.
async function follow(page) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

test("two cases are decided with the keyboard", async () => {
  const page = await tepat.as("verifikator", sizes[0]);
  await page.goto("/beranda");
  await reach(page, /^Validasi/);
  await follow(page);
  await reach(page, /^Mulai dari yang teratas/);
  await follow(page);
  for (const [answer, said] of [["1", /terbukti/], ["2", /tidak terbukti/]]) {
    await reach(page, /^Alasan/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab"); // out of the list, or the letters would choose in it
    await page.keyboard.press("Tab");
    await Promise.all([page.waitForNavigation(), page.keyboard.press(answer)]);
    assert.match(await page.getByRole("status").innerText(), said);
  }
  // The last word can be taken back with one key.
  await Promise.all([page.waitForNavigation(), page.keyboard.press("u")]);
  assert.match(await page.getByRole("status").innerText(), /ditarik/);
  assert.deepEqual(page.problems.splice(0), []);
});

test("a line is handed over with the keyboard", async () => {
  const page = await tepat.as("penyalur", sizes[1]);
  await page.goto("/beranda");
  await reach(page, /^Penyaluran/);
  await follow(page);
  await reach(page, /Triwulan I/);
  await follow(page);
  const site = await page.$$eval("main tr:has(a[href*='/titik/'])", (rows) =>
    rows.find((row) => Number(row.cells[4].innerText) > 0)?.querySelector("a").innerText.trim());
  assert.ok(site, "nobody waits at any site");
  await reach(page, new RegExp("^" + site.replace(/[()]/g, ".")));
  await follow(page);
  await reach(page, /^Serahkan/);
  await follow(page);
  assert.match(await page.getByRole("status").innerText(), /Tercatat: Rp.* diserahkan\. Tanda terima/);
  assert.deepEqual(page.problems.splice(0), []);
});
