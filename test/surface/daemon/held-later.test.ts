// What held calls meet while they go on in the background, and what a new start of the daemon took from them.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { MadeExchange, RefusedHost } from "#surface/services/hold/hosts/grants.ts";
import { createHoldPort } from "#surface/services/hold/hold-port.ts";
import type { MadeSignature } from "#surface/services/hold/signing/make-signature.ts";
import { decisionOf, openStand, preToolUse, type Stand } from "./daemon-stand.ts";

const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});

/** A daemon whose commands are held under the ticket `t` and their number. */
async function stand() {
  const refused = new Map<string, RefusedHost[]>();
  const signed = new Map<string, MadeSignature[]>();
  const exchanged = new Map<string, MadeExchange[]>();
  const unsigned = new Map<string, string>();
  let lost = 0;
  let count = 0;
  const none = (): undefined => undefined;
  const data = join(tmpdir(), "sallyport-none");
  const port = createHoldPort({
    data,
    home: data,
    nowMs: () => 0,
    signatures: {
      open: async () => undefined,
      close: none,
      end: none,
      stop: none,
      takeMade: (ticket) => signed.get(ticket)?.splice(0) ?? [],
      takeRefused: (ticket) => unsigned.get(ticket),
    },
    hosts: {
      open: async () => undefined,
      openReading: async () => undefined,
      close: none,
      end: none,
      stop: none,
      machine: {
        open: async () => undefined,
        takeReached: () => [5432],
        portsIn: () => [],
        end: none,
        stop: none,
      },
      takeRefused: (ticket) => refused.get(ticket)?.splice(0),
      serve: () => Promise.resolve(),
      takeTaken: () => [],
      servedPorts: () => new Set<number>(),
      takeExchanged: (ticket) => exchanged.get(ticket)?.splice(0) ?? [],
      takeLost: () => {
        const now = lost;
        lost = 0;
        return now;
      },
    },
  });
  const commands = new Map<string, string>();
  const opened = await openStand({
    judge: async () => ({ decision: decisionOf("allow"), policy: undefined }),
    hold: {
      ...port,
      async put({ decision, call }) {
        const ticket = `t${++count}`;
        const command = call.input.kind === "bash" ? call.input.command : "";
        commands.set(`run ${ticket}`, command);
        return { decision, ticket, input: { command: `run ${ticket}` } };
      },
      ranAs(ran) {
        const command = commands.get(ran);
        return command === undefined ? undefined : { ticket: ran.slice(4), command };
      },
    },
  });
  stands.push(opened);
  await opened.run.ready();
  const post = async (more: Readonly<Record<string, unknown>>) =>
    (await opened.post(preToolUse(more))).json;
  return {
    refuse: (ticket: string, host: string) =>
      refused.set(ticket, [...(refused.get(ticket) ?? []), { host, why: "host" }]),
    sign: (ticket: string, made: MadeSignature) =>
      signed.set(ticket, [...(signed.get(ticket) ?? []), made]),
    exchange: (ticket: string, made: MadeExchange) =>
      exchanged.set(ticket, [...(exchanged.get(ticket) ?? []), made]),
    refuseToSign: (ticket: string, why: string) => unsigned.set(ticket, why),
    lose(many: number) {
      lost = many;
    },
    async run(id: string, command: string, response: object = {}) {
      const answer = await post({ tool_use_id: id, tool_input: { command } });
      const text = JSON.stringify(answer);
      const ran = /run t\d+/.exec(text)?.[0] ?? "";
      return await post({
        hook_event_name: "PostToolUse",
        tool_use_id: id,
        tool_input: { command: ran },
        tool_response: { stdout: "", stderr: "", ...response },
      });
    },
    end: () => post({ hook_event_name: "SessionEnd", reason: "other" }),
    refusals: () =>
      opened.observations.flatMap((one) =>
        one.kind === "held-refusal"
          ? [[one.call.id, one.what, one.call.input.kind === "bash" ? one.call.input.command : ""]]
          : [],
      ),
    signatures: () =>
      opened.observations.flatMap((one) =>
        one.kind === "signature" ? [[one.call.id, one.what, one.object]] : [],
      ),
    credentials: () =>
      opened.observations.flatMap((one) =>
        one.kind === "credential"
          ? [
              `${one.call.id} ${one.what} ${one.name} of ${one.file} to ${one.host}: ${one.requests}`,
            ]
          : [],
      ),
    results: () => opened.observations.flatMap((one) => (one.kind === "result" ? [one] : [])),
  };
}

const BACKGROUND = { backgroundTaskId: "b1" };

describe("a host that a call in the background is refused", () => {
  test("is on record with that call, and told with the next result, once", async () => {
    const opened = await stand();
    await opened.run("a", "npm run dev", BACKGROUND);
    opened.refuse("t1", "files.example.com");
    const next = await opened.run("b", "ls");
    expect(JSON.stringify(next)).toContain(
      "`files.example.com` is not among the hosts of a command that goes on in the background",
    );
    expect(opened.refusals()).toEqual([["a", "host", "npm run dev"]]);
    expect(JSON.stringify(await opened.run("c", "ls"))).not.toContain("files.example.com");
    expect(opened.refusals()).toHaveLength(1);
  });
  test("is on record when the session ends first", async () => {
    const opened = await stand();
    await opened.run("a", "npm run dev", BACKGROUND);
    opened.refuse("t1", "files.example.com");
    await opened.end();
    expect(opened.refusals()).toEqual([["a", "host", "npm run dev"]]);
  });
});

test("hosts that a new start of the daemon took are told and recorded with the next result", async () => {
  const opened = await stand();
  opened.lose(2);
  const next = await opened.run("a", "ls");
  expect(JSON.stringify(next)).toContain("sallyport was started again, so 2 commands");
  expect(opened.refusals()).toEqual([["a", "restart", "ls"]]);
  expect(JSON.stringify(await opened.run("b", "ls"))).not.toContain("started again");
});

test("ports of the machine that were reached stand in the result", async () => {
  const opened = await stand();
  await opened.run("a", "npm test");
  expect(opened.results()).toMatchObject([{ machinePorts: [5432] }]);
});

describe("what is signed for a call", () => {
  const COMMIT = { kind: "commit", object: "4b825dc642cb6eb9a060e54bf8d69288fbee4904" } as const;

  test("is on record with it, each by itself, once", async () => {
    const opened = await stand();
    opened.sign("t1", COMMIT);
    opened.sign("t1", { ...COMMIT, kind: "tag" });
    await opened.run("a", "git commit -qm x && git tag -sm x v1");
    await opened.run("b", "ls");
    expect(opened.signatures()).toEqual([
      ["a", "commit", COMMIT.object],
      ["a", "tag", COMMIT.object],
    ]);
  });
  test("in the background is on record with that call, when the session ends too", async () => {
    const opened = await stand();
    await opened.run("a", "npm run release", BACKGROUND);
    opened.sign("t1", COMMIT);
    await opened.run("b", "ls");
    opened.sign("t1", COMMIT);
    await opened.end();
    expect(opened.signatures().map(([id]) => id)).toEqual(["a", "a"]);
  });
  test("and what is not is told and on record as refused", async () => {
    const opened = await stand();
    opened.refuseToSign("t1", "it is no commit and no tag");
    const answer = await opened.run("a", "git push --signed");
    expect(JSON.stringify(answer)).toContain("nothing was signed: it is no commit and no tag");
    expect(opened.refusals()).toEqual([["a", "signature", "git push --signed"]]);
    expect(opened.signatures()).toEqual([]);
  });
});

test("a key that went out for a call is on record with it by its name, in the background too", async () => {
  const opened = await stand();
  const made = {
    name: "STRIPE_KEY",
    kind: "key",
    file: "/p/.env",
    host: "api.stripe.com",
  } as const;
  opened.exchange("t1", { ...made, requests: 2 });
  await opened.run("a", "./pay.sh");
  await opened.run("b", "./watch.sh", BACKGROUND);
  opened.exchange("t2", { ...made, requests: 1 });
  await opened.end();
  expect(opened.credentials()).toEqual([
    "a key STRIPE_KEY of /p/.env to api.stripe.com: 2",
    "b key STRIPE_KEY of /p/.env to api.stripe.com: 1",
  ]);
});
