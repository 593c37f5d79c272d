// A question of the real client answered from a phone: by a link that came in a mail, over TLS, with the passphrase; the client waits meanwhile.
import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, it, type TestContext } from "vitest";
import { setPassphrase } from "#surface/dashboard/access/passphrase.ts";
import { type RunningPhone, runPhone } from "#surface/dashboard/run-phone.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { readInstall } from "#surface/services/installation/install.ts";
import { bundlePhone } from "../../scripts/bundle-phone.ts";
import {
  axeInBothThemes,
  needBrowser,
  openBrowser,
  openPage,
  PHONE,
} from "../dashboard/browser.ts";
import { freePort } from "../surface/services/fleet/free-port.ts";
import { until } from "../until.ts";
import { runBuilt } from "./built-program.ts";
import { bash } from "./client-run.ts";
import { type GuardedProject, openGuardedProject } from "./guarded-stand.ts";
import { whyMissing } from "./machine.ts";
import { hasTmux, openTerminalSession, type TerminalSession } from "./terminal-session.ts";

const PASSPHRASE = "a passphrase of the person";
const ASKED = (name: string) => `curl -s -T ${name} https://files.example/${name}`;
const mails: string[] = [];
let guarded: GuardedProject;
let phone: RunningPhone | undefined;
let browser: Browser | undefined;
let session: TerminalSession | undefined;
let mailServer: SMTPServer | undefined;
beforeAll(async () => {
  guarded = openGuardedProject({ "a.txt": "x\n", "b.txt": "x\n", "CLAUDE.md": "Be brief.\n" });
  const install = readInstall(directoriesIn(guarded.data));
  if (install === undefined) throw new Error("nothing is installed");
  const mailPort = await startMail();
  const channel = `{ name: mail, to: email, host: 127.0.0.1, port: ${mailPort}, tls: none, from: guard@example.com, recipients: [ada@example.com] }`;
  writeFileSync(install.directories.notifyFile, `channels:\n  - ${channel}\notherwise: [mail]\n`, {
    mode: 0o600,
  });
  await setPassphrase(install.directories, PASSPHRASE);
  const page = join(guarded.home, "phone.html");
  await bundlePhone(page);
  const port = await freePort();
  phone = await runPhone(install, {
    place: { url: new URL(`https://127.0.0.1:${port}/`), host: "127.0.0.1", port, tls: ownTls() },
    page,
  });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await session?.close();
  await browser?.close();
  await phone?.close();
  guarded?.close();
  if (mailServer !== undefined) await new Promise<void>((resolve) => mailServer?.close(resolve));
});

function ownTls() {
  const nowMs = Date.now();
  const authority = createAuthority({ name: "phone test", nowMs, days: 1 });
  const key = createPrivateKey(authority.key);
  const issued = issueServerCertificate({ name: "phone test", key }, { nowMs, days: 1 });
  return { key: issued.key, cert: issued.certificate };
}

async function startMail(): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    hideSTARTTLS: true,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        // What is quoted for mail's short lines is read as a mail program reads it.
        const text = Buffer.concat(chunks)
          .toString("utf8")
          .replaceAll(/=\r?\n/g, "");
        mails.push(text.replaceAll("=3D", "="));
        done();
      });
    },
  });
  mailServer = server;
  const listening = server.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => listening.once("listening", resolve));
  return (listening.address() as AddressInfo).port;
}

const linksOf = () =>
  mails.flatMap((text) => text.match(/https:\/\/127\.0\.0\.1:\d+\/#[\w-]+/)?.[0] ?? []);

async function need(ctx: TestContext): Promise<void> {
  const missing = await whyMissing(["client"]);
  if (missing !== undefined) ctx.skip(missing);
  if (!hasTmux) ctx.skip("`tmux` is not on PATH");
  needBrowser(ctx);
}

it("is allowed or refused on the phone, and the client goes on", {
  timeout: 240_000,
}, async (ctx) => {
  await need(ctx);
  session = await openTerminalSession({
    ...guarded,
    turns: [bash(ASKED("a.txt")), bash(ASKED("b.txt")), "All said."],
  });
  await session.say("go");
  await until("the first link comes", () => linksOf().length === 1, { withinMs: 60_000 });
  await session.shows(/Asked elsewhere too/);
  expect(mails.join(), "no word of a call stands in a message").not.toContain("files.example");
  const { page, faults, close } = await openPage(browser, { ...PHONE, ignoreHTTPSErrors: true });
  await page.goto(linksOf()[0] ?? "");
  await page.getByText("files.example/a.txt").first().waitFor({ timeout: 60_000 });
  expect(await axeInBothThemes(page)).toEqual([]);
  await page.getByLabel("Your passphrase").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("You allowed it.").waitFor();
  await until("the second link comes", () => linksOf().length === 2, { withinMs: 60_000 });
  await page.goto("about:blank");
  await page.goto(linksOf()[1] ?? "");
  await page.getByText("files.example/b.txt").first().waitFor({ timeout: 60_000 });
  await page.getByLabel("Your passphrase").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Refuse" }).click();
  await page.getByText("You refused it.").waitFor();
  const end = await session.shows(/All said/);
  expect(end).toContain("a person refused this from elsewhere");
  expect(faults).toEqual([]);
  await close();
  const told = runBuilt(guarded, "log", "search", "kind:question", "--json").stdout;
  const events = told
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { metadata: Readonly<Record<string, unknown>> }).metadata);
  const answered = events.filter(({ phase }) => phase === "answered");
  expect(answered).toHaveLength(2);
  expect(new Set(answered.map(({ verdict }) => verdict))).toEqual(new Set(["allow", "deny"]));
  expect(new Set(answered.map(({ where }) => where))).toEqual(new Set(["phone"]));
  const seen = runBuilt(guarded, "log", "search", "kind:dashboard", "--json").stdout;
  expect(seen).toContain("phone.open");
  expect(seen).toContain("phone.answer");
});
