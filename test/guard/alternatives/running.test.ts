// Every safer form is run by the program that it is for: what is proposed must work where it stands.
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formEdits } from "#guard/alternatives/forms.ts";
import { FORMS } from "#guard/alternatives/milder-forms.ts";
import { simpleCommands } from "#guard/alternatives/simple-commands.ts";
import { whyNotInstalled } from "../../installed.ts";
import { skipIfMissing } from "../../skipping.ts";
import { documented } from "./documented-options.ts";
import { proposedFor } from "./proposed.ts";
import { CASES, REPOSITORY } from "./running-cases.ts";

const IDENTITY = {
  GIT_AUTHOR_NAME: "x",
  GIT_AUTHOR_EMAIL: "x@example.test",
  GIT_COMMITTER_NAME: "x",
  GIT_COMMITTER_EMAIL: "x@example.test",
  GIT_CONFIG_NOSYSTEM: "1",
};

/** Programs of the table that few machines have, or that need a cluster, a cloud or a daemon: their documented options are asked. */
const ELSEWHERE = /^(?:pnpm|yarn|terraform|tofu|helm|kubectl|docker|podman|docker-compose)$/;

describe("a safer form", () => {
  for (const { refused, form, setup, secret, kind, status = 0, after } of CASES) {
    it(`runs: ${form}`, (ctx) => {
      const program = /^(?:F=a.txt; )?(\S+)/.exec(form)?.[1] ?? "";
      skipIfMissing(ctx, whyNotInstalled(program, "git"));
      expect(
        proposedFor(refused, { kind: kind ?? "delete", ...(secret ? { path: secret } : {}) }),
      ).toContain(form);
      inFolder((run) => {
        if (setup !== undefined) expect(run(setup)).toMatchObject({ status: 0 });
        const ran = run(form);
        expect(ran).toMatchObject({ status });
        expect(ran.stdout).not.toContain("planted");
        if (after !== undefined) expect(run(after)).toMatchObject({ status: 0 });
      });
    });
  }

  for (const [program, option] of [
    ["curl", "-fsS"],
    ["wget", "-q"],
  ] as const) {
    it(`runs: ${program} to a file`, async (ctx) => {
      skipIfMissing(ctx, whyNotInstalled(program));
      const server = createServer((_, answer) => answer.end("echo script\n")).listen(
        0,
        "127.0.0.1",
      );
      await once(server, "listening");
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/i.sh`;
      const output = program === "curl" ? "" : " -O -";
      const [form] = proposedFor(`${program} ${option} ${url}${output} | sh`);
      const folder = mkdtempSync(join(tmpdir(), "proposed-"));
      try {
        const script = join(folder, "script");
        const text = form?.replace("/tmp/script-to-read", script) ?? "exit 9";
        expect(text).toMatch(/^(?:curl -fsS http\S+ -o|wget -q http\S+ -O) /);
        // WHY not at once: the server of this process has to answer meanwhile.
        const child = spawn("bash", ["-c", text], { stdio: "ignore" });
        const [status] = await once(child, "exit");
        expect(status).toBe(0);
        expect(readFileSync(script, "utf8")).toBe("echo script\n");
      } finally {
        rmSync(folder, { recursive: true, force: true });
        server.close();
      }
    });
  }

  it("runs: python3 -m http.server for this machine alone", async (ctx) => {
    skipIfMissing(ctx, whyNotInstalled("python3"));
    const [form = ""] = proposedFor("python3 -m http.server 0 -d sub");
    expect(form).toBe("python3 -m http.server 0 -d sub --bind 127.0.0.1");
    const cwd = join(template, "project");
    const server = spawn("bash", ["-c", `exec ${form.replace("python3", "python3 -u")}`], { cwd });
    try {
      const [said] = await once(server.stdout, "data");
      expect(String(said)).toContain("Serving HTTP on 127.0.0.1");
    } finally {
      server.kill();
    }
  });

  it("of each row of the table is run, or asked of what the program documents", () => {
    const rows = FORMS.filter(({ programs }) => !programs.some((name) => ELSEWHERE.test(name)));
    const unseen = rows.filter(
      (row) =>
        !CASES.some(({ refused, form }) =>
          simpleCommands(refused).some(
            (command) =>
              row.programs.includes(command.words[0]?.value ?? "") &&
              formEdits(row, command) !== undefined &&
              form.includes(row.becomes ?? row.adds ?? row.verb),
          ),
        ),
    );
    expect(unseen.map(({ verb, adds }) => [verb, adds])).toEqual([]);
    expect(rows.length).toBeGreaterThan(10);
  });

  it("carries over only options that the verb in it has, as git says itself", (ctx) => {
    skipIfMissing(ctx, whyNotInstalled("git"));
    const asked = FORMS.filter(({ programs }) => programs.includes("git")).flatMap((row) => {
      const verb = (row.becomes ?? row.verb).replace(/ --.*/, "").replace(/ -u$/, "");
      return row.accepts
        .filter(({ fate }) => fate === "stays")
        .flatMap(({ spec }) => spec.names.map((name) => [verb, name, spec.value] as const))
        .map(([of, name, value]) => `${of} ${name}${value === "required" ? " x" : ""}`);
    });
    expect(asked.length).toBeGreaterThan(30);
    // Git reads from the left: if it stumbles over the last word, it took those before.
    const lines = [...new Set(asked)].map(
      (call) => `git ${call} --no-such-option 2>&1 | grep -q no-such-option || echo '${call}'`,
    );
    inFolder((run) => expect(run(lines.join("\n")).stdout).toBe(""));
  });

  it("carries over only options that the verb in it has, by the program's own manual", () => {
    const rows = FORMS.filter(({ programs }) => programs.some((name) => ELSEWHERE.test(name)));
    expect(rows.length).toBeGreaterThan(8);
    const faults = rows.flatMap((row) => {
      const verb = `${row.programs[0]} ${(row.becomes ?? row.verb).replace(/ -.*/, "")}`;
      const known = documented(verb);
      return [
        ...row.accepts
          .filter(({ fate }) => fate === "stays")
          .flatMap(({ spec }) => spec.names.map((name) => [name, spec.value] as const)),
        ...(row.adds?.split(" ") ?? []).map((word) => [word.split("=")[0] ?? "", "any"] as const),
      ].flatMap(([name, value]) => {
        const is = known.get(name);
        const fits = is !== undefined && (value === "any" || is === value);
        return fits ? [] : [`${verb} ${name} (${value}): ${is ?? "unknown"}`];
      });
    });
    expect(faults).toEqual([]);
  });
});

type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** What the folders of all forms are copies of. */
const template = mkdtempSync(join(tmpdir(), "proposed-"));

beforeAll(() => {
  const files = {
    "project/a.txt": "one\n",
    "project/sub/inner.txt": "one\n",
    "project/.env": "SECRET=planted\n",
    "project/.env.example": "SECRET=\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(template, path)), { recursive: true });
    writeFileSync(join(template, path), text);
  }
  expect(runIn(template, REPOSITORY)).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

function runIn(root: string, line: string): Ran {
  const env = { ...IDENTITY, PATH: process.env["PATH"], HOME: root, npm_config_offline: "true" };
  const cwd = join(root, "project");
  const made = spawnSync("bash", ["-c", line], { cwd, env, encoding: "utf8", input: "" });
  return { status: made.status, stdout: made.stdout, stderr: made.stderr };
}

/** A folder of its own with a repository, a secret, plain files and an example, gone afterwards. */
function inFolder(work: (run: (line: string) => Ran) => void): void {
  const root = mkdtempSync(join(tmpdir(), "proposed-"));
  try {
    cpSync(template, root, { recursive: true });
    work((line) => runIn(root, line));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
