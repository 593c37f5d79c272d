// A hundred values that nobody may read, through prompts, commands, files, addresses, tools, outputs and an export: no byte of them in clear, and none of an erased session.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readVerifier } from "#record/store/keys.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { openRawClient } from "../../../bench/raw-client.ts";
import { type GuardedProject, openGuardedProject } from "../../../client/guarded-stand.ts";
import { runBuilt } from "../../../client/built-program.ts";
import { chanceOf } from "../../../corpus/content/chance.ts";
import { type Item, makeCorpus } from "../../../corpus/content/make.ts";
import { filesBelow } from "../../../files-below.ts";
import { hasPython, startPython } from "../../../tamper/python-verifier.ts";
import { until } from "../../../until.ts";
import { preToolUse } from "../../daemon/daemon-stand.ts";

type Canary = { readonly value: string; readonly text: string; readonly group: string };

/** Of the open part of the labelled corpus, each kind at most twice, and words of a refused file that look like nothing. */
const CANARIES: readonly Canary[] = [
  ...drawn("provider", 45),
  ...drawn("keyed", 5),
  ...drawn("secret", 10),
  ...drawn("personal", 25),
  ...harmless(15),
];
const SESSIONS = 5;
/** Between two requests: a project may send 200 events a second. */
const PAUSE_MS = 6;

let guarded: GuardedProject;
beforeAll(async () => {
  const words = CANARIES.filter(({ group }) => group === "harmless");
  guarded = openGuardedProject({
    ".env": words.map(({ value }, at) => `NAME_${at}=${value}\n`).join(""),
    "README.md": "hello\n",
  });
  writeFileSync(
    join(guarded.data, "exports.yaml"),
    `targets:\n  - { name: lines, to: file, path: "${join(guarded.home, "events.jsonl")}" }\n`,
    { mode: 0o600 },
  );
  await plantAll();
});
afterAll(() => guarded.close());

describe("a hundred canaries", () => {
  it("are a hundred, of every kind", () => {
    expect(new Set(CANARIES.map(({ value }) => value)).size).toBe(100);
  });

  it("stand in clear in no byte that is kept or sent", async () => {
    const sent = join(guarded.home, "events.jsonl");
    await until("events at the target", () => readIfThere(sent).length > 50_000);
    expect(sallyport("log", "stats", "kind:decision", "--json").stdout).toContain('"events"');
    expect(foundBelow([guarded.data, sent])).toEqual([]);
  });

  it("are placeholders in the sealed text, unless they look like nothing", () => {
    const shown = sallyport("log", "search", "kind:decision OR kind:hook", "--limit", "5000");
    expect(shown.status).toBe(0);
    const told = SESSION_IDS.map((id) => sallyport("log", "session", id, "--all").stdout);
    const html = SESSION_IDS.map((id) => sallyport("log", "session", id, "--html").stdout);
    const text = [shown.stdout, ...told, ...html].join("\n");
    expect(text.match(/\[\[SP:|<secret|‹/g)?.length ?? 0).toBeGreaterThan(100);
    const seen = CANARIES.filter(({ value }) => text.includes(value));
    expect(seen.filter(({ group }) => group !== "harmless")).toEqual([]);
    // What looks like nothing is there: so a look through the text finds what is in it.
    expect(seen.length).toBe(15);
  });

  it("are gone with a session that is erased, from a log whose root is as before", async () => {
    sallyport("daemon", "stop");
    const [id = ""] = SESSION_IDS;
    const plan = sallyport("privacy", "erase", id, "--json");
    const planned = JSON.parse(plan.stdout) as { readonly log: { readonly events: number } };
    const events = String(planned.log.events);
    const done = sallyport("privacy", "erase", id, "--yes", "--events", events, "--json");
    expect(done.stderr).toBe("");
    const { file } = JSON.parse(done.stdout) as { readonly file: string };
    expect(sallyport("privacy", "verify", file).status).toBe(0);
    expect(bytesBelow(guarded.data).filter(({ bytes }) => bytes.includes(id))).toEqual([]);
    if (!hasPython()) return;
    const python = startPython(await verifierIn(join(guarded.data, "keys")), []);
    const log = join(guarded.data, "log");
    expect(await python.ask({ log, certificates: [file] })).toMatchObject({ good: true });
    const other = join(guarded.home, "other.cert");
    writeFileSync(other, readFileSync(file, "utf8").replace(/"events":\d+/, '"events":1'));
    expect(await python.ask({ log, certificates: [other] })).toMatchObject({
      faults: [expect.stringContaining("erasure certificate")],
    });
    python.close();
  });
});

const SESSION_IDS = Array.from({ length: SESSIONS }, (_, at) => `hundred-canaries-session-${at}`);

/** Sends every canary through everything that a session has. */
async function plantAll(): Promise<void> {
  const hook = readInstalledHook(join(guarded.project, ".claude", "settings.local.json"));
  const client = await openRawClient(hook);
  const send = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    await client.post(preToolUse({ cwd: guarded.project, ...changes }));
    // TIME: the pace below the limit of the daemon.
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  };
  for (const [at, { value, text }] of CANARIES.entries()) {
    const session_id = SESSION_IDS[at % SESSIONS];
    const call = (tool_name: string, tool_input: object) => ({
      session_id,
      tool_name,
      tool_input,
      tool_use_id: `toolu_${at}_${tool_name}`,
    });
    await send({ session_id, hook_event_name: "UserPromptSubmit", prompt: `use this:\n${text}\n` });
    const quoted = `'${text.replaceAll("'", `'\\''`)}'`;
    const bash = call("Bash", { command: `printf %s ${quoted} | wc -c` });
    await send(bash);
    const tool_response = { stdout: text, stderr: text, interrupted: false, isImage: false };
    await send({ ...bash, hook_event_name: "PostToolUse", tool_response, duration_ms: 1 });
    await send(call("Write", { file_path: join(guarded.project, "notes.txt"), content: text }));
    const address = `https://api.example.com/v1?q=${encodeURIComponent(value)}`;
    await send(call("WebFetch", { url: address, prompt: text }));
    await send(call("mcp__notes__add", { text, tags: ["a"] }));
    await send({ session_id, hook_event_name: "Notification", message: text, title: "t" });
  }
  client.close();
}

function drawn(group: Item["spans"][number]["group"], count: number): readonly Canary[] {
  const kinds = new Map<string, number>();
  const fit = makeCorpus().flatMap((item): readonly (Canary & { readonly kind: string })[] => {
    const [span, ...others] = item.spans;
    if (item.sealed || span?.group !== group || span.isOptional || others.length > 0) return [];
    if (item.text.length > 1_500) return [];
    const value = item.text.slice(span.start, span.end);
    return value.length < 9 ? [] : [{ value, text: item.text, group, kind: span.kind }];
  });
  return fit
    .filter(({ kind }) => {
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      return (kinds.get(kind) ?? 0) <= (group === "provider" ? 1 : 4);
    })
    .slice(0, count);
}

/** Two made-up words, as a name of a project is. */
function harmless(count: number): readonly Canary[] {
  const chance = chanceOf("harmless canaries");
  const word = (): string => chance.text("bdfgklmnprstvz", 1) + chance.text("aeiou", 1);
  return Array.from({ length: count }, () => {
    const value = `${word()}${word()}${word()}-${word()}${word()}${word()}`;
    return { value, text: `the project ${value} comes next`, group: "harmless" };
  });
}

async function verifierIn(keys: string): Promise<string> {
  const verifier = await readVerifier(keys);
  if (verifier === undefined) throw new Error("the log has a key");
  return verifier.text;
}

function sallyport(...args: readonly string[]) {
  return runBuilt(guarded, ...args);
}

type Bytes = { readonly path: string; readonly bytes: Buffer };

/** Every file, and what packed ones hold. */
function bytesBelow(root: string): readonly Bytes[] {
  return filesBelow(root).flatMap((path) => {
    const bytes = readIfThere(path);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return isPacked
      ? [
          { path, bytes },
          { path, bytes: gunzipSync(bytes) },
        ]
      : [{ path, bytes }];
  });
}

/** Canaries in any of the forms in which a program writes text, by file. */
function foundBelow(places: readonly string[]): readonly string[] {
  const files = places.flatMap((place) =>
    place.endsWith(".jsonl") ? [{ path: place, bytes: readIfThere(place) }] : bytesBelow(place),
  );
  expect(files.length).toBeGreaterThan(10);
  return files.flatMap(({ path, bytes }) =>
    CANARIES.filter(({ value }) => formsOf(value).some((form) => bytes.includes(form))).map(
      ({ group }) => `${group} in ${path}`,
    ),
  );
}

function formsOf(value: string): readonly (string | Buffer)[] {
  const bytes = Buffer.from(value);
  // The three ways in which base64 of a longer text holds a value.
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(shift === 0 ? 0 : shift + 1, -4),
  );
  return [
    ...[bytes, Buffer.from(value, "utf16le"), bytes.toString("hex")],
    ...[JSON.stringify(value).slice(1, -1), encodeURIComponent(value), ...inBase64],
    createHash("sha256").update(bytes).digest("hex"),
  ];
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
