// Mail against a real SMTP server: taken, and every way in which a server fails.
import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { made } from "#detect/notice/notice.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import type { SendOutcome } from "#surface/services/notify/channels/channel.ts";
import { emailSender, type EmailSettings } from "#surface/services/notify/channels/email.ts";
import { NOON_MS, sampleNotice } from "../../../detect/notice/sample-notice.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { CANARIES } from "./notify-stand.ts";

const nowMs = Date.now();
const authority = createAuthority({ name: "mail test", nowMs, days: 1 });
const issued = issueServerCertificate(
  { name: "mail test", key: createPrivateKey(authority.key) },
  { nowMs, days: 1 },
);
const TLS = { key: issued.key, cert: issued.certificate };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

type Mail = { readonly from: string; readonly to: readonly string[]; readonly text: string };

/** An SMTP server on this machine, with what it took. */
async function mailServer(options: SMTPServerOptions): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    ...TLS,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? "" : (mailFrom?.address ?? "");
        const to = rcptTo.map(({ address }) => address);
        mails.push({ from, to, text: Buffer.concat(chunks).toString("utf8") });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => listening.once("listening", resolve));
  ends.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { port: (listening.address() as AddressInfo).port, mails };
}

/** A server of plain lines that answers as it is told. */
async function lineServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function send(
  port: number,
  settings: Partial<EmailSettings> = {},
  title = "A title",
): Promise<SendOutcome> {
  const sender = emailSender({
    host: "127.0.0.1",
    port,
    tls: "starttls",
    user: undefined,
    password: undefined,
    from: "Sallyport <alerts@example.com>",
    recipients: ["ada@example.com", "bo@example.com"],
    isInternal: false,
    ca: () => authority.certificate,
    link: undefined,
    ...settings,
  });
  const notice = made({ ...sampleNotice(1), title });
  const secret = async (): Promise<string> => CANARIES.MAIL;
  const http = () => Promise.reject(new Error("mail needs no HTTP"));
  return sender({ id: "m-1", notice }, { http, secret, nowMs: () => NOON_MS });
}

describe("mail", () => {
  it("goes over STARTTLS, after a log-in, to everybody, in words", async () => {
    let login = "";
    const { port, mails } = await mailServer({
      authOptional: false,
      onAuth({ username, password }, session, done) {
        login = `${String(username)} ${String(password)} ${String(session.secure)}`;
        done(null, { user: username });
      },
    });
    const outcome = await send(port, { user: "alerts", password: "env:MAIL" });
    expect(outcome).toEqual({ kind: "delivered", says: "the server took it for 2 of 2" });
    expect(login).toBe(`alerts ${CANARIES.MAIL} true`);
    expect(mails[0]).toMatchObject({
      from: "alerts@example.com",
      to: ["ada@example.com", "bo@example.com"],
    });
    expect(mails[0]?.text).toContain("Subject: [high] Alert: A title");
    expect(mails[0]?.text).toContain("Auto-Submitted: auto-generated");
    expect(mails[0]?.text).not.toContain(CANARIES.MAIL);
  });

  it("has the same Message-ID over all tries", async () => {
    const { port, mails } = await mailServer({});
    await send(port);
    await send(port);
    const ids = mails.map(({ text }) => /^Message-ID: (.*)$/im.exec(text)?.[1]);
    expect(ids[0]).toMatch(/^<[0-9a-f]{40}@sallyport\.invalid>/);
    expect(ids[1]).toBe(ids[0]);
  });

  it("goes over TLS from the first byte, where that is set", async () => {
    const { port, mails } = await mailServer({ secure: true });
    expect((await send(port, { tls: "direct" })).kind).toBe("delivered");
    expect(mails).toHaveLength(1);
  });

  it("cannot be given a header by a title", async () => {
    const { port, mails } = await mailServer({});
    await send(port, {}, "x\r\nBcc: eve@example.com\r\n\r\nbody");
    expect(mails[0]?.to).toEqual(["ada@example.com", "bo@example.com"]);
    expect(mails[0]?.text).not.toMatch(/^Bcc:/im);
  });

  it("is never sent in clear where STARTTLS is missing", async () => {
    const { port, mails } = await mailServer({ disabledCommands: ["STARTTLS"] });
    const outcome = await send(port);
    expect(outcome).toMatchObject({ kind: "closed" });
    expect(mails).toHaveLength(0);
  });

  it("is not given to a server whose certificate nobody vouches for", async () => {
    const { port, mails } = await mailServer({});
    const outcome = await send(port, { ca: () => undefined });
    expect(outcome.kind).toBe("closed");
    expect(mails).toHaveLength(0);
  });

  it("needs a person where the log-in is refused, and its password stands nowhere", async () => {
    const { port } = await mailServer({
      authOptional: false,
      onAuth: (_auth, _session, done) => done(new Error(`wrong ${CANARIES.MAIL}`)),
    });
    const outcome = await send(port, { user: "alerts", password: "env:MAIL" });
    expect(outcome).toEqual({ kind: "closed", reason: "does not let us in (answers 535)" });
  });

  const refusals = [
    ["451 at the sender passes", "onMailFrom", 451, "again"],
    ["550 at the sender is for ever", "onMailFrom", 550, "refused"],
    ["450 at every recipient passes", "onRcptTo", 450, "again"],
    ["550 at every recipient is for ever", "onRcptTo", 550, "refused"],
  ] as const;
  it.each(refusals)("%s", async (_name, step, code, kind) => {
    const { port } = await mailServer({
      [step]: (_address: unknown, _session: unknown, done: (error: Error) => void) =>
        done(Object.assign(new Error("no"), { responseCode: code })),
    });
    expect(await send(port)).toEqual({ kind, reason: `answers ${code}` });
  });

  it("counts as taken where one recipient of two is refused", async () => {
    const { port, mails } = await mailServer({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith("bo")
          ? done(Object.assign(new Error("no"), { responseCode: 550 }))
          : done(),
    });
    expect(await send(port)).toEqual({ kind: "delivered", says: "the server took it for 1 of 2" });
    expect(mails[0]?.to).toEqual(["ada@example.com"]);
  });

  it("passes over a server that is not there, says nothing, or hangs up", async () => {
    const silent = await lineServer(() => undefined);
    const cut = await lineServer((socket) => socket.end("220 mail\r\n"));
    const none = await lineServer(() => undefined);
    await ends.pop()?.();
    expect(await send(silent, { wholeMs: 300 })).toEqual({
      kind: "again",
      reason: "did not take it within 0.3 s",
    });
    expect((await send(cut)).kind).toBe("again");
    expect(await send(none)).toMatchObject({ kind: "again" });
  });

  it("ends with a server that answers byte by byte", async () => {
    const slow = await lineServer((socket) => {
      const timer = setInterval(() => socket.write("220-x\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    expect(await send(slow, { wholeMs: 500 })).toMatchObject({ kind: "again" });
  });

  it("reads its authority from a file that the settings name", async () => {
    const directory = freshDirectory();
    ends.push(async () => directory.remove());
    const file = join(directory.path, "ca.pem");
    writeFileSync(file, authority.certificate);
    const { parseNotifySettings } = await import("#surface/services/notify/settings-file.ts");
    const { port, mails } = await mailServer({});
    const yaml = `channels: [{ name: mail, to: email, host: 127.0.0.1, port: ${port}, ca: ${file}, from: a@example.com, recipients: [b@example.com] }]`;
    const [channel] = parseNotifySettings(yaml, "notify.yaml").channels;
    const none = () => Promise.reject(new Error("not needed"));
    const outcome = await channel?.send(
      { id: "m", notice: sampleNotice(1) },
      { http: none, secret: none, nowMs: () => NOON_MS },
    );
    expect(outcome?.kind).toBe("delivered");
    expect(mails).toHaveLength(1);
  });
});
