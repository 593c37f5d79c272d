// Endpoints of compliance: controls as the command has them, within bounds, and a pack that is handed over and not kept.
import { readdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { type AskedCommands, printed, serveCommands } from "../asked-commands.ts";
import { api } from "../served.ts";
import { HOSTILE_NAME } from "../told-sessions.ts";

const NOW_MS = Date.parse("2026-04-01T09:00:00Z");
let commands: AskedCommands;
beforeAll(async () => {
  commands = await serveCommands({ clock: { nowMs: () => NOW_MS, monotonicMs: () => 0 } });
});
afterAll(() => commands.close());

const aControl = (more: object = {}) => ({
  id: "soc2/cc6-1",
  reference: "CC6.1",
  title: `access ${HOSTILE_NAME}`,
  status: "gap",
  says: "there are gaps",
  gaps: [],
  checks: [],
  notes: [],
  limits: ["it proves no intent"],
  detections: [{ id: "impact/x", isInForce: true, alerts: 2 }],
  attestations: [{ about: "training", needs: "a list of people", state: "missing" }],
  evidence: [{ id: "denied", title: "refused calls", count: 4, groups: { Bash: 4 } }],
  ...more,
});
const aGap = (place: number) => ({
  kind: "guard-off",
  reason: `off ${place}`,
  count: 1,
  entries: [place],
});

it("controls stand as the command says, with the first gaps and how many more there are", async () => {
  const gaps = Array.from({ length: 53 }, (_, place) => aGap(place));
  commands.prints(() => ({ controls: [aControl({ gaps }), aControl({ id: "soc2/cc7-2" })] }));
  const answer = await commands.got("/compliance?framework=hipaa&days=90");
  const words = ["evidence", "status", "--framework", "hipaa", "--days", "90"];
  expect(commands.asked.splice(0)).toEqual([[...words, "--progress", "--json"]]);
  expect(answer).toMatchObject({
    atMs: NOW_MS,
    isUnderWay: false,
    command: `sallyport ${words.join(" ")}`,
    frameworks: [
      ...["soc2", "hipaa", "gdpr", "iso27001", "nist-800-53", "nist-ai-rmf"],
      ...["owasp-llm", "owasp-agentic", "mitre-atlas"],
    ],
    controls: [
      { reference: "CC6.1", moreGaps: 3 },
      { id: "soc2/cc7-2", moreGaps: 0 },
    ],
  });
  const [first] = answer["controls"] as { gaps: unknown[] }[];
  expect(first?.gaps).toHaveLength(50);
});

it("a log that takes long is read behind the page, once, and the last answer stands meanwhile", async () => {
  const own = { nowMs: NOW_MS };
  let end: (() => void) | undefined;
  let reads = 0;
  const changed: unknown[] = [];
  const long = await serveCommands({
    clock: { nowMs: () => own.nowMs, monotonicMs: () => 0 },
    run: async () => {
      reads += 1;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      if (reads === 3) throw new Failure("command", "the log is damaged");
      return printed({ controls: [aControl({ id: `soc2/read-${reads}` })] });
    },
    live: {
      subscribe: () => undefined,
      isThere: () => true,
      close: () => undefined,
      publish: (item) => void changed.push(item),
    },
  });
  try {
    const ended = async () => {
      const before = changed.length;
      end?.();
      await expect.poll(() => changed.length).toBeGreaterThan(before);
    };
    const first = { atMs: null, isUnderWay: true, controls: [] };
    expect(await long.got("/compliance")).toMatchObject(first);
    expect(await long.got("/compliance")).toMatchObject(first);
    await ended();
    expect(changed).toEqual([{ event: "changed", data: { what: "compliance" } }]);
    const there = { atMs: NOW_MS, isUnderWay: false, controls: [{ id: "soc2/read-1" }] };
    expect(await long.got("/compliance")).toMatchObject(there);
    expect(reads).toBe(1);
    own.nowMs += 11 * 60_000;
    expect(await long.got("/compliance")).toMatchObject({ ...there, isUnderWay: true });
    await ended();
    expect(await long.got("/compliance")).toMatchObject({
      atMs: own.nowMs,
      controls: [{ id: "soc2/read-2" }],
    });
    own.nowMs += 11 * 60_000;
    await long.got("/compliance");
    await ended();
    await expect(long.got("/compliance")).rejects.toThrow("the log is damaged");
  } finally {
    end?.();
    await long.close();
  }
});

it("controls stand over a period, with who attested last and until when", async () => {
  const attestations = [
    { about: "training", needs: "a list", state: "in force", owner: "ada", endsMs: NOW_MS },
    { about: "review", needs: "a note", state: "missing" },
  ];
  commands.prints(() => ({ controls: [aControl({ attestations })] }));
  const answer = await commands.got("/compliance?from=2026-01-01&to=2026-03-31");
  const words = ["evidence", "status", "--framework", "soc2"];
  const period = ["--from", "2026-01-01", "--to", "2026-03-31"];
  expect(commands.asked.splice(0)).toEqual([[...words, ...period, "--progress", "--json"]]);
  expect(answer).toMatchObject({
    command: `sallyport ${[...words, ...period].join(" ")}`,
    controls: [
      {
        attestations: [
          { owner: "ada", endsMs: NOW_MS },
          { owner: null, endsMs: null },
        ],
      },
    ],
  });
});

it.each([
  ...["framework=pci", "days=31", "framework=soc2&more=1"],
  ...["from=2026-01-01", "to=2026-01-01", "from=2026-02-02&to=2026-02-01"],
  ...["from=2026-02-30&to=2026-03-01", "from=yesterday&to=today"],
])("refuses %s", async (query) => {
  const bearer = commands.served.bearer("viewer");
  const { status } = await commands.served.ask("GET", api(`/compliance?${query}`), { bearer });
  expect(status).toBe(400);
  expect(commands.asked.splice(0)).toEqual([]);
});

const collect = (role: "auditor" | undefined) =>
  commands.served.ask("POST", api("/compliance/pack"), {
    bearer: role === undefined ? undefined : commands.served.bearer(role),
    body: { framework: "gdpr", days: "7" },
  });
const outOf = (args: readonly string[]) => args[args.indexOf("--out") + 1] ?? "";

it("a pack of whole days is handed to an auditor, with its digest, and nothing of it stays", async () => {
  const text = `a pack ${"\0".repeat(600)}`;
  commands.prints((args) => {
    writeFileSync(outOf(args), text);
    const controls = [{ status: "gap" }, { status: "supported" }, { status: "not evidenced" }];
    return { digest: "ab".repeat(32), proofs: { held: 9, omitted: 0 }, controls };
  });
  const { status, json } = await collect("auditor");
  const [args = []] = commands.asked.splice(0);
  expect(args.slice(0, 8)).toEqual([
    ...["evidence", "collect", "--framework", "gdpr"],
    ...["--from", "2026-03-25", "--to", "2026-03-31"],
  ]);
  expect([status, json]).toEqual([
    200,
    {
      command:
        "sallyport evidence collect --framework gdpr --from 2026-03-25 --to 2026-03-31 --out gdpr-2026-03-25-2026-03-31.tar",
      verify: "sallyport evidence verify gdpr-2026-03-25-2026-03-31.tar",
      name: "gdpr-2026-03-25-2026-03-31.tar",
      digest: "ab".repeat(32),
      pack: Buffer.from(text).toString("base64"),
      bytes: text.length,
      proofs: 9,
      controls: 3,
      bare: 2,
    },
  ]);
  expect(readdirSync(commands.served.root).filter((name) => name.startsWith("pack-"))).toEqual([]);
  expect(commands.served.notes.at(-1)).toMatchObject({ what: "view", page: "/compliance/pack" });
});

it("a pack of a period that is not over goes up to yesterday", async () => {
  commands.prints((args) => {
    writeFileSync(outOf(args), "a pack");
    return { digest: "ab".repeat(32), proofs: { held: 0, omitted: 0 }, controls: [] };
  });
  const { status } = await commands.served.ask("POST", api("/compliance/pack"), {
    bearer: commands.served.bearer("auditor"),
    body: { framework: "soc2", from: "2026-01-01", to: "2026-06-30" },
  });
  expect(status).toBe(200);
  const [args = []] = commands.asked.splice(0);
  expect(args.slice(4, 8)).toEqual(["--from", "2026-01-01", "--to", "2026-03-31"]);
});

it("a pack that was not written, or is too large, is said, and nothing of it stays", async () => {
  commands.prints(() => ({ code: 2, output: "", problem: "sallyport: there is no log here" }));
  const failed = await collect("auditor");
  expect([failed.status, failed.text]).toEqual([502, expect.stringContaining("no log here")]);
  commands.prints((args) => {
    writeFileSync(outOf(args), Buffer.alloc(16 * 1024 * 1024 + 1));
    return { digest: "ab", proofs: { held: 0, omitted: 0 }, controls: [] };
  });
  const large = await collect("auditor");
  expect([large.status, large.text]).toEqual([413, expect.stringContaining("--out gdpr-")]);
  expect((await collect(undefined)).status).toBe(401);
  expect(readdirSync(commands.served.root).filter((name) => name.startsWith("pack-"))).toEqual([]);
});
