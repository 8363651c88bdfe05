// The main job once through, as the officers of one office do it with a mouse:
// a file comes in, somebody in it has died, two people settle that, money is
// handed over, the books agree and the log proves it. On the way each makes the
// mistakes that people make, and is told so in a sentence.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { leaks, main, office, password, sideways, sizes } from "./lib.mjs";

let tepat;
before(async () => { tepat = await office(); });
after(async () => { await tepat?.close(); });

const [laptop, phone] = sizes;
const slow = { timeout: 30_000 };

// Invented people: a couple in Sabang Barat, Midai, born before anybody in the demo.
const husband = "PAK CONTOH SATU", wife = "BU CONTOH DUA";
const family = `NIK;NO_KK;SEBUTAN WARGA;JENIS_KLMIN;TMPT_LHR;TGL_LHR;STAT_HBKEL;NO_PROP;NO_KAB;NO_KEC;NO_KEL;KEC_NAME;KEL_NAME
2103991203318811;2103990101208811;${husband};LAKI-LAKI;MIDAI;12-03-1931;KEPALA KELUARGA;21;3;4;1003;MIDAI;SABANG BARAT
2103995507348812;2103990101208811;${wife};PEREMPUAN;MIDAI;15-07-1934;ISTRI;21;3;4;1003;MIDAI;SABANG BARAT
`;
const deaths = `nik;nama;tgl_lahir;tgl_meninggal;no_akta;tingkat_bukti;desa;kode_desa
2103991203318811;${husband};12-03-1931;02-06-2026;2103-KM-99000001-2026;A;SABANG BARAT;2103041003
`;

async function file(name, content) {
  const path = join(tepat.folder, name);
  await writeFile(path, content);
  return path;
}

const click = (page, role, name) => page.getByRole(role, { name }).first().click();

// menu opens a page of the menu as everybody does.
const menu = (page, name) => page.locator("nav.side").getByRole("link", { name }).click();

// fine checks what holds for every page on the way.
async function fine(page) {
  assert.equal(await leaks(page), null, "a number of 16 digits is shown");
  assert.ok((await sideways(page)) <= 0, "the page scrolls sideways");
  assert.deepEqual(page.problems.splice(0), []);
}

// upload sends a file from the screen of imports and stops at its columns.
async function upload(page, path) {
  await menu(page, "Impor data");
  await click(page, "link", "Unggah berkas");
  await page.setInputFiles("input[type=file]", path);
  await click(page, "button", "Unggah dan baca");
}

// takeIn checks every row and puts the ready ones in.
async function takeIn(page, rows) {
  await click(page, "button", "Periksa semua baris");
  const apply = page.getByRole("button", { name: `Masukkan ${rows} baris` });
  await apply.waitFor(slow);
  await fine(page);
  await apply.click();
  await page.locator("h1").getByText("Sudah masuk").waitFor(slow);
  await fine(page);
}

test("the wrong password is told, the right one opens", async () => {
  const page = await tepat.as(null, laptop);
  await page.goto("/");
  await page.getByLabel("Nama pengguna").fill("operator");
  await page.getByLabel("Kata sandi").fill("bukan-sandinya");
  await click(page, "button", "Masuk");
  assert.match(await main(page), /Nama pengguna atau kata sandi tidak cocok/);
  assert.equal(await page.getByLabel("Nama pengguna").inputValue(), "operator", "what was typed is lost");
  await page.getByLabel("Kata sandi").fill(password);
  await click(page, "button", "Masuk");
  await page.waitForURL("**/beranda");
  await fine(page);
});

test("a file of people comes in", async () => {
  const page = await tepat.as("operator", laptop);
  await upload(page, await file("kosong.csv", ""));
  assert.match(await main(page), /Berkas kosong \(0 bita\)/);

  await upload(page, await file("warga-midai.csv", family));
  // No office calls a name SEBUTAN WARGA: the program asks and does not guess.
  assert.match(await main(page), /Jenis berkas ini belum dikenali/);
  await page.getByLabel("Jenis berkas").selectOption({ label: "Ekstrak Dukcapil (SIAK)" });
  await click(page, "button", "Pakai jenis ini");
  await click(page, "button", "Periksa semua baris");
  assert.match(await page.getByRole("alert").innerText(), /Nama/);
  await page.getByLabel(/SEBUTAN WARGA/).selectOption({ label: "Nama *" });
  await takeIn(page, 2);
  await page.context().close();
});

test("the person is found by name, with a profile", async () => {
  const page = await tepat.as("operator", laptop);
  await page.getByRole("searchbox").first().fill("contoh satu");
  await page.keyboard.press("Enter");
  await click(page, "link", new RegExp(husband, "i"));
  const profile = await main(page);
  assert.match(profile, new RegExp(husband, "i"));
  assert.match(profile, new RegExp(wife, "i"));
  assert.match(profile, /Sabang Barat/);
  await fine(page);
  await page.context().close();
});

test("a death is stated, decided by one and confirmed by another", async () => {
  const operator = await tepat.as("operator", laptop);
  await upload(operator, await file("kematian-juni.csv", deaths));
  await takeIn(operator, 1);
  await operator.context().close();

  const verifier = await tepat.as("verifikator", laptop);
  await menu(verifier, "Validasi");
  await click(verifier, "link", new RegExp(husband, "i"));
  await click(verifier, "button", "Terbukti meninggal");
  assert.match(await main(verifier), /Tulis alasannya/, "a decision without a reason passes");
  await verifier.getByLabel("Alasan").selectOption({ index: 1 });
  await fine(verifier);
  await click(verifier, "button", "Terbukti meninggal");
  await verifier.getByRole("status").getByText(/CONTOH SATU/i).waitFor();
  await verifier.context().close();

  const chief = await tepat.as("kabid", laptop);
  await menu(chief, "Validasi");
  await click(chief, "link", new RegExp(husband, "i"));
  await fine(chief);
  await click(chief, "button", "Setuju: terbukti");
  await chief.getByRole("status").getByText(/CONTOH SATU/i).waitFor();
  await chief.getByRole("searchbox").first().fill("contoh satu");
  await chief.keyboard.press("Enter");
  await click(chief, "link", new RegExp(husband, "i"));
  assert.match(await main(chief), /Meninggal/);
  await chief.context().close();
});

// waitingSite opens the first site of a pay list where somebody still waits.
async function waitingSite(page) {
  const sites = page.locator("main a[href*='/titik/']");
  for (let n = 0; n < await sites.count(); n++) {
    await sites.nth(n).click();
    await page.waitForURL("**/titik/**");
    if (await page.getByRole("button", { name: /^Serahkan/ }).count() > 0) return;
    await page.goBack();
  }
  assert.fail("nobody waits at any site");
}

test("money is handed over on a phone, with a receipt", async () => {
  const page = await tepat.as("penyalur", phone);
  await menu(page, "Penyaluran");
  await click(page, "link", /Triwulan I/);
  await waitingSite(page);
  await fine(page);

  // A name that nobody has finds nobody, and says so.
  await page.getByLabel("Cari nama penerima").fill("zzzz");
  await click(page, "button", /^Cari$/);
  await page.waitForURL(/nama=zzzz/);
  assert.match(await main(page), /Tidak ada yang cocok/);
  assert.equal(await page.getByRole("button", { name: /^Serahkan/ }).count(), 0);
  await fine(page);
  await click(page, "link", "Hapus");

  await click(page, "button", /^Serahkan/);
  const said = await page.getByRole("status").innerText();
  const code = said.match(/Tanda terima ([0-9A-Z-]+)/)?.[1];
  assert.ok(code, said);
  await fine(page);

  await page.goto("/tanda-terima/" + code);
  const receipt = await main(page);
  assert.match(receipt, new RegExp(code));
  assert.match(receipt, /Rp\s?600\.000/);
  await fine(page);
  await page.context().close();
});

test("the books agree, and the log proves that nobody touched them", async () => {
  const treasurer = await tepat.as("bendahara", laptop);
  await menu(treasurer, "Penyaluran");
  await click(treasurer, "link", /Triwulan I/);
  await click(treasurer, "link", "Rekonsiliasi");
  assert.match(await main(treasurer), /Cocok\. Ditetapkan/);
  await fine(treasurer);

  const auditor = await tepat.as("inspektorat", laptop);
  await menu(auditor, /Audit/);
  await click(auditor, "button", "Cocokkan sendiri");
  await auditor.getByText(/Catatan utuh/).waitFor(slow);
  await fine(auditor);
});
