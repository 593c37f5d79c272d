// Targets with protocols of their own against the real servers: rsyslog over TLS, and a NATS server with JetStream.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Ports } from "#record/delivery/target.ts";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { octetCounted, syslogMessage } from "#record/export/forms/syslog-message.ts";
import { parseTargets } from "#surface/services/export/targets-file.ts";
import { freePort, freshDirectory } from "../../daemon/daemon-stand.ts";

const entries = parse(
  readFileSync(
    fileURLToPath(new URL("../../../corpus/exporters/reference.yaml", import.meta.url)),
    "utf8",
  ),
) as readonly ExportEntry[];

const started: ChildProcess[] = [];
const directories: { remove(): void }[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
  for (const { remove } of directories.splice(0)) remove();
});

const none = async () => {
  throw new Error("not for this target");
};
const ports: Ports = {
  http: none,
  append: none,
  forget: () => undefined,
  sleep: async () => undefined,
  secret: async () => "a-token",
  nowMs: () => Date.now(),
  uuid: () => crypto.randomUUID(),
};
const targetOf = (yaml: string) => {
  const [one] = parseTargets(`targets: [{ name: one, ${yaml} }]`, "exports.yaml");
  if (one === undefined) throw new Error("no target");
  return one.target;
};

function program(...places: readonly string[]): string | undefined {
  return places.find((place) => existsSync(place));
}

async function start(path: string, words: readonly string[], port: number): Promise<void> {
  started.push(spawn(path, words, { stdio: "ignore" }));
  await expect
    .poll(
      () =>
        new Promise<boolean>((resolve) => {
          const socket = createConnection({ port, host: "127.0.0.1" });
          socket.once("connect", () => {
            socket.destroy();
            resolve(true);
          });
          socket.once("error", () => resolve(false));
        }),
      { timeout: 20_000, interval: 50 },
    )
    .toBe(true);
}

describe("syslog", () => {
  it("keeps to RFC 5424 and counts octets, not characters", () => {
    const [, decision] = entries;
    const last = entries.at(-1);
    if (decision === undefined || last === undefined) throw new Error("no entries");
    expect(syslogMessage(decision, "id-1", "a body")).toBe(
      '<83>1 2025-10-09T08:53:21.500Z build-7 sallyport - decision [sallyport@32473 id="id-1" index="101" user="u:bbbbbbbbbbbbbbbbbbbbbb" host="build-7" repository="git.example.com/team/app" job="4711"] \ufeffa body',
    );
    expect(syslogMessage(last, "id-2", "x")).toMatch(/^<83>1 - - sallyport - fault \[/);
    expect(octetCounted("ä").toString("utf8")).toBe("2 ä");
    for (const entry of entries) {
      const [head] = syslogMessage(entry, "id", "b").split("\ufeff");
      expect(head).toMatch(
        /^<\d{1,3}>1 (?:-|[\dT:.Z-]+) [\x21-\x7e]{1,255} sallyport - [\x21-\x7e]{1,32} \[sallyport@32473(?: [a-z]+="(?:[^"\\\]]|\\["\\\]])*")+\] $/,
      );
      expect(head).not.toMatch(/\n/);
    }
  });

  it("reaches a real rsyslog over TLS, every message whole, and says so only then", async (ctx) => {
    const rsyslog = program("/usr/sbin/rsyslogd");
    const driver = [
      "/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so",
      "/usr/lib/aarch64-linux-gnu/rsyslog/lmnsd_gtls.so",
    ].find((path) => existsSync(path));
    if (rsyslog === undefined || driver === undefined)
      return ctx.skip("rsyslogd with its TLS driver is not installed (rsyslog, rsyslog-gnutls)");
    const directory = freshDirectory();
    directories.push(directory);
    const at = (name: string) => join(directory.path, name);
    mkdirSync(at("work"));
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
        ...[
          "-keyout",
          at("key.pem"),
          "-out",
          at("cert.pem"),
          "-days",
          "2",
          "-subj",
          "/CN=localhost",
        ],
        ...["-addext", "subjectAltName=DNS:localhost"],
      ],
      { stdio: "ignore" },
    );
    const port = await freePort();
    writeFileSync(
      at("rsyslog.conf"),
      [
        `global(workDirectory="${at("work")}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"`,
        `  defaultNetstreamDriverCAFile="${at("cert.pem")}" defaultNetstreamDriverCertFile="${at("cert.pem")}" defaultNetstreamDriverKeyFile="${at("key.pem")}")`,
        'module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")',
        `input(type="imtcp" port="${port}" address="127.0.0.1")`,
        'template(name="raw" type="string" string="%structured-data%|%msg%\\n")',
        `*.* action(type="omfile" file="${at("out.log")}" template="raw" asyncWriting="off" flushOnTXEnd="on")`,
        "",
      ].join("\n"),
    );
    await start(rsyslog, ["-n", "-f", at("rsyslog.conf"), "-i", at("pid")], port);
    const settings = `to: syslog, host: localhost, port: ${port}`;
    const outcome = await targetOf(`${settings}, ca: "${at("cert.pem")}"`).send(entries, ports);
    expect(outcome).toEqual({ kind: "delivered" });
    await expect
      .poll(() => readFileSync(at("out.log"), "utf8").match(/id="[^"]+"/g)?.length ?? 0, {
        timeout: 10_000,
      })
      .toBe(entries.length);
    expect(readFileSync(at("out.log"), "utf8")).toContain(
      "CEF:0|sallyport|sallyport|0.1.0|decision|",
    );
    const leef = targetOf(`${settings}, ca: "${at("cert.pem")}", format: leef`);
    expect(await leef.send(entries.slice(0, 1), ports)).toEqual({ kind: "delivered" });
    await expect
      .poll(() => readFileSync(at("out.log"), "utf8"), { timeout: 10_000 })
      .toContain("LEEF:2.0|sallyport|sallyport|0.1.0|");
    // A server that nobody vouches for gets nothing.
    const stranger = await targetOf(settings).send(entries, ports);
    expect(stranger).toMatchObject({ kind: "again" });
    expect(JSON.stringify(stranger)).toContain("SELF_SIGNED");
  });
});

describe("nats", () => {
  it("stores each entry once in a real JetStream, and keeps out who has no token", async (ctx) => {
    const server = program("/usr/sbin/nats-server", "/usr/bin/nats-server");
    if (server === undefined) return ctx.skip("nats-server is not installed");
    const directory = freshDirectory();
    directories.push(directory);
    const port = await freePort();
    await start(
      server,
      ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", directory.path, "--auth", "a-token"],
      port,
    );
    const settings = `to: nats, host: 127.0.0.1, port: ${port}, plain: true, subject: audit.events`;
    const target = targetOf(`${settings}, token: "vault:secret/nats#token"`);
    // No stream listens yet: nothing is lost, it is sent again.
    expect((await target.send(entries, ports)).kind).toBe("partial");
    await request(port, "$JS.API.STREAM.CREATE.AUDIT", {
      name: "AUDIT",
      subjects: ["audit.>"],
      storage: "memory",
    });
    expect(await target.send(entries, ports)).toEqual({ kind: "delivered" });
    expect(await target.send(entries, ports)).toEqual({ kind: "delivered" });
    const { state } = await request(port, "$JS.API.STREAM.INFO.AUDIT", {});
    expect(state).toMatchObject({ messages: entries.length });
    expect(await targetOf(settings).send(entries, ports)).toMatchObject({ kind: "closed" });
  });
});

/** One request to the server, by hand: the answer of an API of JetStream. */
function request(
  port: number,
  subject: string,
  body: object,
): Promise<{ readonly state?: object }> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    const text = JSON.stringify(body);
    let seen = "";
    socket.once("error", reject);
    socket.on("data", (bytes) => {
      seen += bytes.toString("utf8");
      const found = /MSG answer 1 \d+\r\n(\{.*\})\r\n/s.exec(seen);
      if (found === null) return;
      socket.destroy();
      resolve(JSON.parse(found[1] ?? "{}") as { readonly state?: object });
    });
    socket.write(
      `CONNECT {"verbose":false,"auth_token":"a-token"}\r\nSUB answer 1\r\nPUB ${subject} answer ${text.length}\r\n${text}\r\n`,
    );
  });
}
