// Contained calls under the real client: what a proven sandbox holds runs unasked, and any doubt is a question again.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import type { BreakableStand } from "./breakable-stand.ts";
import { bash, type ClientRun, type ClientRunOptions } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { openManagedStand } from "./managed-stand.ts";
import { toolUseId } from "./model-stub.ts";

const KEY = "HEMATITE5521";
/** A session is a second of work; a machine with other load takes a minute for it. */
const PATIENT = { timeout: 240_000 };
let missing: string | undefined;
let stand: BreakableStand;
beforeAll(async () => {
  missing = await whyMissing(["client", "sandbox", "managed"]);
  if (missing === undefined) stand = await openManagedStand();
});
afterAll(() => stand?.close());

/** A session in which the shell is known, and then the calls of a case. */
async function session(
  calls: ClientRunOptions["turns"],
  more: Partial<ClientRunOptions> = {},
): Promise<ClientRun> {
  return stand.session({
    homeFiles: { ".ssh/id_ed25519": KEY },
    files: { "t.py": "print('ran', 6 * 7)\n", ...more.files },
    turns: [bash("true"), ...calls, "bye"],
    timeoutMs: 120_000,
    ...more,
    // What a case before this one wrote is gone: all share one project.
    settings: { project: {}, user: {}, ...more.settings },
    env: { IS_SANDBOX: undefined, SHLVL: "1", ...more.env },
  });
}
const resultOf = (run: ClientRun, turn = 1) => run.toolResults.get(toolUseId(turn));

describe("project code in a proven sandbox", () => {
  it("runs without a question, and reads no key and reaches no network", PATIENT, async (ctx) => {
    skipIfMissing(ctx, missing);
    const server = createServer((request, response) => response.end(request.url));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const spy = [
      "import os, sys, urllib.request",
      "print('ran', 6 * 7)",
      "for path in [os.path.expanduser('~/.ssh/id_' + 'ed25519')]:",
      "    try: print(open(path).read())",
      "    except Exception as fault: print('held', type(fault).__name__)",
      `try: print(urllib.request.urlopen('http://127.0.0.1:${port}/REACHED').read())`,
      "except Exception as fault: print('held', type(fault).__name__)",
    ].join("\n");
    // WHY not among the words of the call: a key that they name is refused whoever reads it.
    const run = await session([bash("python3 spy.py")], {
      files: { "spy.py": spy },
    });
    server.close();
    const text = resultOf(run)?.text ?? "";
    expect(text).toContain("ran 42");
    expect(text).not.toContain(KEY);
    expect(text).not.toContain("REACHED");
    expect(text.match(/held/g)).toHaveLength(2);
  });
});

describe("what leaves doubt is asked about", () => {
  const run = bash("python3 t.py");
  const mode = 0o755;
  const wrapper = { text: '#!/bin/sh\nexec /usr/bin/bwrap "$@"\n', mode };
  const cases: readonly (readonly [string, Partial<ClientRunOptions>, string])[] = [
    [
      "a project's excluded command",
      { settings: { project: { sandbox: { excludedCommands: ["python3 *"] } } } },
      "your settings let `python3 *` run outside of the sandbox",
    ],
    [
      "a place that a person lets commands write",
      { settings: { user: { sandbox: { filesystem: { allowWrite: ["/srv/notes"] } } } } },
      "the sandbox would not hold all rules of the policy",
    ],
    [
      "a rule that lets commands write elsewhere",
      { settings: { user: { permissions: { allow: ["Edit(//srv/**)"] } } } },
      "the sandbox would not hold all rules of the policy",
    ],
    [
      "a bwrap of the project before the system's",
      { env: { PATH: "<project>/bin:/usr/bin:/bin" }, files: { "bin/bwrap": wrapper } },
      "the command does not show what that code will do",
    ],
    [
      "settings on the command line",
      {
        extraArgs: ["--settings", JSON.stringify({ sandbox: { excludedCommands: ["python3 *"] } })],
      },
      "the command does not show what that code will do",
    ],
  ];
  it.for(cases)("%s", PATIENT, async ([, more, why], ctx) => {
    skipIfMissing(ctx, missing);
    const files = { "t.py": "print('ran', 6 * 7)\n", ...more.files };
    const seen = await session([run], { ...more, files });
    expect(resultOf(seen)?.text).toContain("[builtin:team/code/unbounded]");
    expect(resultOf(seen)?.text).not.toContain("ran 42");
    expect(resultOf(seen)?.text).toContain(why);
  });
  it(
    "an edit of settings while the session runs, and calls that leave the sandbox",
    PATIENT,
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const outside = { command: "python3 t.py", dangerouslyDisableSandbox: true };
      const behind = { command: "python3 t.py", run_in_background: true };
      const seen = await session(
        [run, [{ name: "Bash", input: outside }], [{ name: "Bash", input: behind }], run],
        {
          beforeTurn: (turn, places) => {
            if (turn !== 4) return;
            const settings = { sandbox: { filesystem: { allowWrite: ["/srv/late"] } } };
            writeFileSync(join(places.home, ".claude", "settings.json"), JSON.stringify(settings));
          },
        },
      );
      const texts = [1, 2, 3, 4].map((turn) => resultOf(seen, turn)?.text ?? "");
      expect(texts[0]).toContain("ran 42");
      expect(texts.slice(1).filter((text) => text.includes("ran 42"))).toEqual([]);
      expect(texts[2]).toContain("no sandbox answers for it in the background");
      expect(texts[3]).toContain("[builtin:team/code/unbounded]");
    },
  );
});
